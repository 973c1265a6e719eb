using System.Globalization;
using System.Text.Encodings.Web;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.OAuth.Connect.Pages;

/// <summary>
/// The pages that people see. They contain no script, nothing from other sites, no secret and no text from a request: everything
/// that is not written here comes from the configuration, the store or Notion, and is encoded.
/// </summary>
internal static class ConnectPages
{
    public static readonly ConnectPage NotFound = Message(
        404,
        "Page not found",
        "If you followed a link, it may be incomplete: copy all of it into the address bar, or ask the person who gave it to you for a new one.");

    public static readonly ConnectPage WrongMethod = Message(405, "Not supported here", "Open your link in a browser.");

    public static readonly ConnectPage TooLarge = Message(413, "Request too large", "Open your link in a browser and press the button.");

    public static readonly ConnectPage OtherSite = Message(
        403,
        "Start from your link",
        "This request did not come from the button on our page, so nothing was done. "
        + "Open your link and press the button there. If you did that, your browser may be too old: try another one.");

    public static readonly ConnectPage TooManyStarts = Message(
        429, "Too many attempts", "This link was started many times in a short time. Wait ten minutes, then open it again.");

    public static readonly ConnectPage Refused = Message(
        400,
        "This attempt cannot be continued",
        "It was not started in this browser, was already continued, or your browser blocks cookies for this site. "
        + "This page connected nothing. Open your link, press the button, and stay in the same browser.");

    public static readonly ConnectPage TooLate = Message(
        400, "That took too long", "More than ten minutes have passed since you started. Nothing was connected. Open your link and try again.");

    public static readonly ConnectPage StoreFailed = Message(
        503, "Temporarily unavailable", "This service is temporarily unavailable, and nothing was connected. Open your link again in a few minutes.");

    public static readonly ConnectPage Unforeseen = Message(
        500, "Something went wrong", "The operator of this service can find details in its log. Open your link again later.");

    private const string Style = ConnectStyle.Text;

    private const string AtNotion = "Notion will show you what it asks for, and you choose what it may see. You can cancel there.";

    /// <summary>The page behind a link: what is asked for, and the one button.</summary>
    public static ConnectPage Link(CredentialName name, DateTimeOffset expiresAt) => new(
        200,
        Document($"Connect Notion as {name}", $"""
            <h1>Connect Notion as {Safe(name.Value)}</h1>
            <p>The app <strong>{Safe(name.AppOfGrant)}</strong> asks for access to one of your Notion workspaces. {AtNotion}</p>
            <p>The access that you allow is stored here under the name <strong>{Safe(name.Value)}</strong>. Nothing happens until you press the button.</p>
            <form method="post"><button>Continue to Notion</button></form>
            <p class="note">This link works once, until {Time(expiresAt)}.</p>
            """),
        LeadsToNotion: true);

    /// <summary>The last page, after connecting.</summary>
    public static ConnectPage Connected(Grant grant) => new(200, Document("Connected", $"""
        <h1>Connected</h1>
        <dl>
        <dt>Workspace</dt><dd><bdi>{Safe(grant.WorkspaceName ?? "(without a name)")}</bdi></dd>
        {(grant.Owner is null ? "" : $"<dt>Allowed by</dt><dd><bdi>{Safe(grant.Owner)}</bdi></dd>\n")}<dt>Connected as</dt><dd>{Safe(grant.Name.Value)}</dd>
        </dl>
        <p>Done. You can close this page.</p>
        <p class="note">To revoke access, remove the connection in Notion, under Settings, Connections.</p>
        """));

    public static ConnectPage Cancelled(DateTimeOffset? usableUntil) => new(200, Document("You cancelled", $"""
        <h1>You cancelled</h1>
        <p>Nothing was connected.</p>
        <p>{(usableUntil is { } end ? $"If you change your mind, your link can still be used until {Time(end)}." : "Your link can no longer be used.")}</p>
        """));

    /// <summary>A heading and a paragraph; both are fixed texts.</summary>
    public static ConnectPage Message(int status, string title, string text) => new(status, Document(title, $"<h1>{Safe(title)}</h1>\n<p>{Safe(text)}</p>"));

    private static string Document(string title, string body) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex">
        <title>{Safe(title)}</title>
        <style>{Style}</style>
        </head>
        <body>
        <main>
        {body}
        </main>
        </body>
        </html>

        """;

    /// <summary>In UTC: the reader's time zone cannot be known without a script.</summary>
    private static string Time(DateTimeOffset time)
    {
        var machine = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);
        var human = time.UtcDateTime.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture);
        return $"<time datetime=\"{machine}\">{human} UTC</time>";
    }

    private static string Safe(string text) => HtmlEncoder.Default.Encode(text);
}
