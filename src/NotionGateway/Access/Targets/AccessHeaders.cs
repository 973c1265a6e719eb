using System.Collections.Frozen;
using NotionGateway.Notion;

namespace NotionGateway.Access.Targets;

/// <summary>The headers of a caller's request that have a meaning to the gateway.</summary>
internal static class AccessHeaders
{
    /// <summary>Chooses one of the credentials that the caller may use; not sent on.</summary>
    public const string Credential = "Notion-Gateway-Credential";

    /// <summary>The headers that decide something or are sent to Notion. What any other header holds does not matter: it is dropped.</summary>
    public static readonly FrozenSet<string> Used = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        [
            "Authorization", Credential, "Prefer", "Expect", "Transfer-Encoding", "Content-Encoding",
            "Content-Type", "Accept", "Accept-Encoding", "User-Agent", NotionHeaders.Version, NotionHeaders.Beta,
        ]);
}
