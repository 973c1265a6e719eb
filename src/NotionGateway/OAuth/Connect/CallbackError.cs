using System.Collections.Frozen;
using NotionGateway.OAuth.Connect.Pages;

namespace NotionGateway.OAuth.Connect;

/// <summary>The text for an error that a person was sent back with: a fixed one for each code of RFC 6749, never the text received.</summary>
internal static class CallbackError
{
    public const string Cancelled = "access_denied";

    private const string Config = "Notion does not accept the configuration of this app, so nothing was connected. Tell the person who gave you the link.";
    private const string Trouble = "Notion is temporarily unavailable, and nothing was connected. Wait a moment, then open your link and try again.";
    private const string Unknown =
        "Notion did not approve the connection, and nothing was connected. Open your link and try again; "
        + "if this page appears again, tell the person who gave you the link.";

    private static readonly FrozenDictionary<string, string> Texts = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["invalid_request"] = Config,
        ["unauthorized_client"] = Config,
        ["unsupported_response_type"] = Config,
        ["invalid_scope"] = Config,
        ["server_error"] = Trouble,
        ["temporarily_unavailable"] = Trouble,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The code if it is a known one: it may be logged.</summary>
    public static string WordFor(string error) => Texts.ContainsKey(error) ? error : "unknown_error";

    public static ConnectPage PageFor(string error) => ConnectPages.Message(400, "Notion declined the connection", Texts.GetValueOrDefault(error, Unknown));
}
