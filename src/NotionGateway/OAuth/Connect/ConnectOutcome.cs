using NotionGateway.OAuth.Connect.Pages;

namespace NotionGateway.OAuth.Connect;

/// <summary>
/// A way in which connecting ends with nothing connected. Each has its own address and a fixed text: an invented address can
/// only show one of these texts.
/// </summary>
/// <param name="Slug">Its place under <c>/ended/</c>.</param>
/// <param name="Status">The status of its page.</param>
/// <param name="Title">In a few words.</param>
/// <param name="Text">What has happened, and what to do now.</param>
internal sealed record ConnectOutcome(string Slug, int Status, string Title, string Text)
{
    public static readonly ConnectOutcome LinkUsed = new(
        "link-used",
        410,
        "This link has been used",
        "A link works once, and this one has been used or is being used right now. Ask the person who gave it to you for a new one.");

    public static readonly ConnectOutcome LinkExpired = new(
        "link-expired",
        410,
        "This link has expired",
        "Links are valid for a limited time, and this one has expired. Ask the person who gave it to you for a new one.");

    public static readonly ConnectOutcome AppGone = new(
        "app-gone",
        410,
        "This link is no longer valid",
        "The app that it was created for is no longer configured here. Ask the person who gave it to you for a new one.");

    public static readonly ConnectOutcome NotionRefused = new(
        "notion-refused",
        502,
        "Notion declined the connection",
        "Notion did not complete the connection, and nothing was connected. "
        + "Open your link and try again; if this page appears again, tell the person who gave you the link.");

    public static readonly ConnectOutcome NotionSilent = new(
        "notion-unreachable",
        502,
        "Notion could not be reached",
        "Notion did not answer, and nothing was connected. Wait a moment, then open your link and try again.");

    public static readonly ConnectOutcome NameTaken = new(
        "name-taken",
        409,
        "Another workspace has this name",
        "Another workspace or person is already connected under the name in your link. "
        + "Nothing was connected, and the access that you just allowed was revoked. "
        + "If you chose the wrong workspace, open your link and try again; otherwise ask for a link with another name.");

    public static readonly ConnectOutcome NameTakenStillAllowed = new(
        "name-taken-still-allowed",
        409,
        "Another workspace has this name",
        "Another workspace or person is already connected under the name in your link. "
        + "Nothing was connected. The access that you just allowed could not be revoked: remove the connection in Notion, under Settings, Connections. "
        + "Then open your link and try again, or ask for a link with another name.");

    public static readonly ConnectOutcome NotStored = new(
        "not-stored",
        503,
        "The connection could not be saved",
        "Notion approved the connection, but it could not be saved here, so nothing was connected. "
        + "Open your link in a few minutes and try again; if it no longer works, ask for a new one.");

    public static readonly IReadOnlyList<ConnectOutcome> All =
        [LinkUsed, LinkExpired, AppGone, NotionRefused, NotionSilent, NameTaken, NameTakenStillAllowed, NotStored];

    /// <summary>Its word in the log.</summary>
    public string Outcome => Slug.Replace('-', '_');

    public static ConnectOutcome? Find(string slug) => All.FirstOrDefault(outcome => outcome.Slug == slug);

    public ConnectPage ToPage() => ConnectPages.Message(Status, Title, Text);
}
