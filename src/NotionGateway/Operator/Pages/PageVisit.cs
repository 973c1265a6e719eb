using System.Net;
using NotionGateway.Operator.Sessions;

namespace NotionGateway.Operator.Pages;

/// <summary>One request of a browser to the operator page, and what has been found out about it.</summary>
internal sealed class PageVisit(HttpContext context, OperatorRecord record)
{
    public HttpContext Context => context;

    public OperatorRecord Record => record;

    public string Path { get; } = context.Request.Path.Value ?? "";

    public IPAddress? Peer => context.Connection.RemoteIpAddress;

    public bool IsHttps { get; set; }

    public SessionCookie? Cookie { get; set; }

    /// <summary>The id that the browser brought.</summary>
    public string SessionId => NewSession is { Length: > 0 } begun ? begun : Cookie is { } cookie ? context.Request.Cookies[cookie.Name] ?? "" : "";

    public OperatorSession? Session { get; set; }

    /// <summary>The id of a session that begins with this response; empty to have the browser forget its own.</summary>
    public string? NewSession { get; set; }

    /// <summary>
    /// Whether the browser says that one of our own pages has sent it. The Origin header cannot say so: a page that sends no referrer sends
    /// <c>Origin: null</c> as well.
    /// </summary>
    public bool IsSameOrigin => context.Request.Headers["Sec-Fetch-Site"] == "same-origin";

    /// <summary>The query as it was written, and how to find a parameter in it.</summary>
    public (string Text, Func<string, string?> Find) QueryParts => (context.Request.QueryString.Value ?? "", Query);

    public string? Query(string name) => context.Request.Query[name] is [{ } only] ? only : null;

    /// <summary>Takes the outcome of signing in.</summary>
    public PageResponse Take(string action, (PageResponse Response, string? NewSession) outcome)
    {
        (record.Action, record.IsQuiet, NewSession) = (action, false, outcome.NewSession);
        return outcome.Response;
    }
}
