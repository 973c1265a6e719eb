using Microsoft.AspNetCore.Components;
using NotionGateway.Browsers;
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

    public static ConnectPage Link(CredentialName name, DateTimeOffset expiresAt) =>
        Show<LinkPage, LinkView>(200, new LinkView(name, expiresAt)) with { LeadsToNotion = true };

    public static ConnectPage Connected(Grant grant) => Show<ConnectedPage, Grant>(200, grant);

    public static ConnectPage Cancelled(DateTimeOffset? usableUntil) => Show<CancelledPage, CancelledView>(200, new CancelledView(usableUntil));

    /// <summary>A heading and a paragraph; both are fixed texts.</summary>
    public static ConnectPage Message(int status, string title, string text) => Show<MessagePage, MessageView>(status, new MessageView(title, text));

    private static ConnectPage Show<TComponent, TModel>(int status, TModel model)
        where TComponent : IComponent => new(status, HtmlPages.With(model, HtmlPages.Of<TComponent>()));
}
