using System.Collections.Frozen;
using NotionGateway.Notion;

namespace NotionGateway.OAuth.Applications;

/// <summary>
/// The operations for applications that do OAuth themselves. They are not operations of the allow-list: the gateway handles
/// them itself, and sends no token of a credential with them.
/// </summary>
internal static class ApplicationOperations
{
    public static readonly NotionOperation Authorize = Of("GET", "authorize", BodyKind.None);
    public static readonly NotionOperation Token = Of("POST", "token", BodyKind.Json);
    public static readonly NotionOperation Introspect = Of("POST", "introspect", BodyKind.Json);
    public static readonly NotionOperation Revoke = Of("POST", "revoke", BodyKind.Json);

    private static readonly FrozenDictionary<string, NotionOperation> ByPath =
        new[] { Authorize, Token, Introspect, Revoke }.ToFrozenDictionary(operation => operation.Template, StringComparer.Ordinal);

    /// <summary>The operation at this path, whatever the method.</summary>
    public static NotionOperation? At(ReadOnlySpan<char> path) =>
        ByPath.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path, out var operation) ? operation : null;

    private static NotionOperation Of(string method, string name, BodyKind body) =>
        new(method, $"/v1/oauth/{name}", $"oauth.{name}", Capability.None, Reads: false, Repeatable: false, body);
}
