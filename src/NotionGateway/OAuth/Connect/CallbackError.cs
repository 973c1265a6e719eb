using System.Collections.Frozen;
using NotionGateway.OAuth.Connect.Pages;

namespace NotionGateway.OAuth.Connect;

/// <summary>What to say of an error that a person was sent back with: a text of ours for each code that RFC 6749 knows, and never a word of theirs.</summary>
internal static class CallbackError
{
    public const string Cancelled = "access_denied";

    private const string Config = "Notion does not accept how this app is set up, so nothing was connected. Tell whoever gave you the link.";
    private const string Trouble = "Notion could not do it just now, and nothing was connected. Wait a moment, then open your link and try again.";
    private const string Unknown = "Notion sent you back without saying yes, and nothing was connected. Open your link and try again; if this page comes back, tell whoever gave it to you.";

    private static readonly FrozenDictionary<string, string> Texts = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["invalid_request"] = Config,
        ["unauthorized_client"] = Config,
        ["unsupported_response_type"] = Config,
        ["invalid_scope"] = Config,
        ["server_error"] = Trouble,
        ["temporarily_unavailable"] = Trouble,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The code if it is one that is known: it may stand in a log.</summary>
    public static string WordFor(string error) => Texts.ContainsKey(error) ? error : "unknown_error";

    public static ConnectPage PageFor(string error) => ConnectPages.Message(400, "Notion said no", Texts.GetValueOrDefault(error, Unknown));
}
