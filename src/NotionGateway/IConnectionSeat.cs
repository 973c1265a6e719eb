using Microsoft.AspNetCore.Connections.Features;

namespace NotionGateway;

/// <summary>The connection that a request came in by, as the stage sees it that finds out whose it is. A feature of the connection.</summary>
internal interface IConnectionSeat
{
    /// <summary>
    /// Says whose connection it is, once a request on it has been authenticated: from then on it gives way to no unauthenticated one.
    /// False if connections are scarce and this caller holds its share already.
    /// </summary>
    bool TryTake(string caller);
}

/// <summary>Takes the seat of a request's connection.</summary>
internal static class ConnectionSeats
{
    private static readonly Refusal OverShare = new(
        RefusalReason.Overloaded,
        "All connections of the gateway are in use, and you already hold your share of them. "
            + "Use fewer connections, or try again when one of yours is idle.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    /// <summary>Call this for each request that has been authenticated, before anything is done for it.</summary>
    public static Refusal? TakeSeat(this HttpContext context, string caller)
    {
        if (context.Features.Get<IConnectionSeat>() is not { } seat || seat.TryTake(caller))
        {
            return null;
        }

        // Its place is for others; the refusal is still read.
        context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return OverShare;
    }
}
