using NotionGateway.OAuth.Connect.Pages;

namespace NotionGateway.OAuth.Connect;

/// <summary>The response to a browser: a page or a redirect, and what happens to its cookie.</summary>
internal sealed class ConnectResponse
{
    private ConnectResponse(string outcome, ConnectPage? page, string? location) => (Outcome, Page, Location) = (outcome, page, location);

    /// <summary>One word for the log, of a closed set.</summary>
    public string Outcome { get; }

    public ConnectPage? Page { get; }

    /// <summary>Where to go instead of a page. The address of Notion's page contains the state.</summary>
    public string? Location { get; }

    public int Status => Page?.Status ?? 303;

    /// <summary>The secret that the browser must bring back with Notion's response.</summary>
    public string? NewCookie { get; private init; }

    /// <summary>The cookie has served its purpose.</summary>
    public bool DropsCookie { get; private init; }

    public TimeSpan? RetryAfter { get; private init; }

    public static ConnectResponse Show(string outcome, ConnectPage page, bool dropsCookie = false, TimeSpan? retryAfter = null) =>
        new(outcome, page, null) { DropsCookie = dropsCookie, RetryAfter = retryAfter };

    public static ConnectResponse SendToNotion(string location, string cookie) => new("sent_to_notion", null, location) { NewCookie = cookie };

    /// <summary>Shows how it ended at an address of its own, so that the one with the code stays in no address bar and no history.</summary>
    public static ConnectResponse EndAt(ConnectOutcome outcome) => new(outcome.Outcome, null, ConnectTarget.EndedAt(outcome)) { DropsCookie = true };

    /// <inheritdoc cref="EndAt"/>
    public static ConnectResponse EndConnected(string grantId) => new("connected", null, ConnectTarget.ConnectedAt(grantId)) { DropsCookie = true };

    public override string ToString() => $"{Status} {Outcome}";
}
