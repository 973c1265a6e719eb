using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>A connection of Notion's and who uses it.</summary>
internal sealed record ConnectionView
{
    private const int MostCallers = 10;

    public required string Name { get; init; }

    /// <summary>The other credentials of the same connection.</summary>
    public required string? SharedWith { get; init; }

    public required string Window { get; init; }

    /// <summary>How much of the window is used, 0 to 100.</summary>
    public required int WindowPart { get; init; }

    public required string WindowTone { get; init; }

    public required string? Pause { get; init; }

    public required string Waiting { get; init; }

    public required string Notion { get; init; }

    public required string NotionTone { get; init; }

    public required IReadOnlyList<CallerView> Callers { get; init; }

    public required int FurtherCallers { get; init; }

    public string FurtherCallersText => $"and {StatusWords.Count(FurtherCallers, "more caller that waits and sends", "more callers that wait and send")} less.";

    public static ConnectionView Of(StatusConnection connection)
    {
        var use = connection.LastMinute;
        return new ConnectionView
        {
            Name = connection.Credentials.Count > 0 ? connection.Credentials[0] : "-",
            SharedWith = connection.Credentials.Count > 1 ? string.Join(", ", connection.Credentials.Skip(1)) : null,
            Window = StatusWords.Text($"{connection.WindowUsed} / {connection.WindowLimit}"),
            WindowPart = connection.WindowLimit == 0 ? 0 : Math.Clamp(100 * connection.WindowUsed / connection.WindowLimit, 0, 100),
            WindowTone = connection.WindowUsed >= connection.WindowLimit ? Tone.Warn : Tone.Quiet,
            Pause = connection.Pauses.Count == 0
                ? null
                : string.Join(", ", connection.Pauses.Select(pause => $"{StatusWords.Span(pause.SecondsLeft)} ({pause.Level})")),
            Waiting = connection.Waiting == 0 ? "none" : StatusWords.Text($"{connection.Waiting}, oldest {StatusWords.Span(connection.OldestSeconds)}"),
            Notion = use.Sent == 0
                ? "nothing sent in 60 s"
                : StatusWords.Text($"mean {use.NotionMeanMs:0} ms, slowest {use.NotionSlowestMs:0} ms, {StatusWords.Failed(use)}"),
            NotionTone = use.Failed == 0 ? Tone.Quiet : use.Failed * 2 >= use.Requests ? Tone.Bad : Tone.Warn,
            Callers = [.. connection.Callers.Take(MostCallers).Select(CallerView.Of)],
            FurtherCallers = Math.Max(0, connection.Callers.Count - MostCallers),
        };
    }
}

/// <summary>What a caller has and gets on a connection.</summary>
internal sealed record CallerView
{
    /// <summary>A wait that most callers do not give a request.</summary>
    private const double LongWaitSeconds = 30;

    public required string Name { get; init; }

    public required string Share { get; init; }

    /// <summary>The share, 0 to 100.</summary>
    public required int SharePart { get; init; }

    public required long Sent { get; init; }

    public required string Weight { get; init; }

    public required int Waiting { get; init; }

    public required string Oldest { get; init; }

    public required string NextWaits { get; init; }

    public required string NextTone { get; init; }

    public required long TurnedAway { get; init; }

    public static CallerView Of(StatusCaller caller) => new()
    {
        Name = caller.Caller,
        Share = StatusWords.Percent(caller.Share),
        SharePart = (int)Math.Round(100 * caller.Share),
        Sent = caller.LastMinute.Sent,
        Weight = StatusWords.Text($"{caller.Weight}"),
        Waiting = caller.Waiting,
        Oldest = caller.Waiting == 0 ? "-" : StatusWords.Span(caller.OldestSeconds),
        NextWaits = StatusWords.Span(caller.NextWaitsSeconds),
        NextTone = caller.NextWaitsSeconds >= LongWaitSeconds ? Tone.Warn : Tone.Quiet,
        TurnedAway = caller.LastMinute.TurnedAway,
    };
}
