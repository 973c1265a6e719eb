using System.Text.Json;

namespace NotionGateway.Operator.Status;

/// <summary>The state of one gateway at a moment, as <c>GET /operator/v1/status</c> gives it and the commands show it.</summary>
internal sealed record StatusSnapshot
{
    /// <summary>Grows when a member changes its meaning or goes away; members may be added at any time.</summary>
    public const int PresentVersion = 1;

    public static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public int Version { get; init; } = PresentVersion;

    public string Instance { get; init; } = "";

    public string GatewayVersion { get; init; } = "";

    public DateTimeOffset At { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Why it is not ready; null if it is.</summary>
    public string? NotReady { get; init; }

    public IReadOnlyList<StatusVerdict> Verdict { get; init; } = [];

    public StatusConfiguration Configuration { get; init; } = new();

    /// <summary>Those that were used recently, the busiest first.</summary>
    public IReadOnlyList<StatusConnection> Connections { get; init; } = [];

    /// <summary>How many more there are.</summary>
    public int FurtherConnections { get; init; }

    public IReadOnlyList<StatusCredential> Credentials { get; init; } = [];

    public IReadOnlyList<StatusDenials> DenialsLastMinute { get; init; } = [];

    public IReadOnlyList<StatusRequest> Denials { get; init; } = [];

    public IReadOnlyList<StatusRequest> Requests { get; init; } = [];
}

/// <summary>One thing that an operator should know at once.</summary>
internal sealed record StatusVerdict(bool Ok, string Text);

/// <summary>Which configuration runs, and what became of the last change.</summary>
internal sealed record StatusConfiguration
{
    public string Hash { get; init; } = "";

    public DateTimeOffset AcceptedAt { get; init; }

    public DateTimeOffset? RefusedAt { get; init; }

    public IReadOnlyList<string> Errors { get; init; } = [];

    public IReadOnlyList<string> NeedRestart { get; init; } = [];
}

/// <summary>One of Notion's connections: who waits for its permits, and how Notion answers on it.</summary>
internal sealed record StatusConnection
{
    public IReadOnlyList<string> Credentials { get; init; } = [];

    public int WindowUsed { get; init; }

    public int WindowLimit { get; init; }

    public IReadOnlyList<StatusPause> Pauses { get; init; } = [];

    public int Waiting { get; init; }

    public double OldestSeconds { get; init; }

    /// <summary>Of the last minute.</summary>
    public StatusUse LastMinute { get; init; } = new();

    public IReadOnlyList<StatusCaller> Callers { get; init; } = [];
}

/// <summary>A pause that Notion asked for.</summary>
internal sealed record StatusPause(string Level, double SecondsLeft);

/// <summary>What one caller has and gets on a connection.</summary>
internal sealed record StatusCaller
{
    public string Caller { get; init; } = "";

    public double Weight { get; init; }

    public int Waiting { get; init; }

    public double OldestSeconds { get; init; }

    /// <summary>How long its next request would wait.</summary>
    public double NextWaitsSeconds { get; init; }

    /// <summary>Its part of what was sent in the last minute, 0 to 1.</summary>
    public double Share { get; init; }

    public StatusUse LastMinute { get; init; } = new();
}

/// <summary>What became of the requests of the last minute.</summary>
internal sealed record StatusUse
{
    public long Requests { get; init; }

    public long Sent { get; init; }

    /// <summary>Those that got a stored response.</summary>
    public long FromMemory { get; init; }

    /// <summary>Those that shared the response to an identical one.</summary>
    public long Joined { get; init; }

    public long Failed { get; init; }

    public long TurnedAway { get; init; }

    public double NotionMeanMs { get; init; }

    public double NotionSlowestMs { get; init; }

    public double OwnMeanMs { get; init; }
}

/// <summary>A configured credential: whether its token works, and since when.</summary>
internal sealed record StatusCredential
{
    public string Name { get; init; } = "";

    public string Source { get; init; } = "";

    public string Plan { get; init; } = "";

    /// <summary><c>usable</c>, <c>refused</c> (by Notion), <c>unavailable</c> or <c>untried</c>.</summary>
    public string State { get; init; } = "";

    /// <summary>What went wrong when its source was read, or its token probed.</summary>
    public string? Problem { get; init; }

    public double? SourceAgeSeconds { get; init; }

    /// <summary>When Notion last accepted its token.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>When Notion last answered 401.</summary>
    public DateTimeOffset? LastUnauthorized { get; init; }

    public string? BotId { get; init; }

    public string? WorkspaceId { get; init; }
}

/// <summary>Denials of the last minute that have the same cause, and where the last of them came from.</summary>
internal sealed record StatusDenials(string Caller, string Reason, string? Key, long Count, string? LastPeer, string? LastId);

/// <summary>A request that has ended.</summary>
internal sealed record StatusRequest
{
    public DateTimeOffset At { get; init; }

    public string Id { get; init; } = "";

    public string? NotionId { get; init; }

    /// <summary>The trace of the gateway's own span, else the one that the caller named.</summary>
    public string? TraceId { get; init; }

    public string Caller { get; init; } = "";

    /// <summary>The first 8 hex digits of the hash of what was presented.</summary>
    public string? Key { get; init; }

    public string? Peer { get; init; }

    public string Credential { get; init; } = "";

    public string Operation { get; init; } = "";

    public int Status { get; init; }

    public string Outcome { get; init; } = "";

    public string? Reason { get; init; }

    /// <summary>What the caller of a denied request was told, as far as it is kept.</summary>
    public string? Message { get; init; }

    public int Sent { get; init; }

    public double QueueMs { get; init; }

    public double NotionMs { get; init; }

    public double TotalMs { get; init; }
}
