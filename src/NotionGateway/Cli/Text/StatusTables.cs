using NotionGateway.Operator.Status;
using static NotionGateway.Operator.Status.StatusWords;

namespace NotionGateway.Cli.Text;

/// <summary>A table of the status: its columns and, cell by cell, its rows.</summary>
internal sealed record StatusTable(IReadOnlyList<TextColumn> Columns, IReadOnlyList<string[]> Rows)
{
    public static StatusTable Of(IReadOnlyList<TextColumn> columns, IEnumerable<string[]> rows) =>
        new(columns, [.. rows.Select(row => row.Select(PlainText.Of).ToArray())]);
}

/// <summary>The tables that <c>status</c> and <c>top</c> show; each cell is safe for a terminal.</summary>
internal static class StatusTables
{
    /// <summary>An id is found by its beginning.</summary>
    private const int ShortId = 9;

    private const int ShortName = 8;

    private static readonly TextColumn[] CallerColumns =
    [
        new("  CALLER") { Narrowest = ShortName + 2 }, new("SHARE"), new("SENT (60 s)") { Short = "SENT", Goes = 3 },
        new("TURNED AWAY") { Short = "AWAY", Goes = 2 }, new("WEIGHT") { Goes = 4 }, new("WAITING") { Short = "WAIT" }, new("OLDEST") { Goes = 1 },
        new("NEXT WAITS") { Short = "NEXT" },
    ];

    private static readonly TextColumn[] CredentialColumns =
    [
        new("CREDENTIAL") { Short = "NAME", Narrowest = ShortName }, new("STATE"), new("SOURCE") { Narrowest = ShortName, Goes = 3 }, new("READ") { Goes = 2 },
        new("LAST SUCCESS") { Short = "SUCCESS", Goes = 1 }, new("LAST 401") { Short = "401" }, new("BOT") { Narrowest = ShortId, Goes = 4 },
    ];

    private static readonly TextColumn[] DenialColumns =
    [
        new("DENIED (60 s)") { Short = "DENIED", Narrowest = 12 }, new("COUNT"), new("CALLER") { Narrowest = ShortName }, new("KEY") { Goes = 1 },
        new("LAST PEER") { Short = "PEER", Narrowest = 15, Goes = 2 }, new("LAST ID") { Short = "ID", Narrowest = ShortId, Goes = 3 },
    ];

    private static readonly TextColumn[] RequestColumns =
    [
        new("ENDED") { Goes = 2 }, new("CALLER") { Narrowest = ShortName }, new("CREDENTIAL") { Short = "WITH", Narrowest = 6, Goes = 6 },
        new("OPERATION") { Narrowest = 9, Goes = 3 }, new("STATUS") { Narrowest = 8 }, new("QUEUE") { Goes = 4 }, new("NOTION") { Goes = 5 },
        new("SENT") { Goes = 7 }, new("ID") { Narrowest = ShortId, Goes = 1 },
    ];

    public static StatusTable Callers(StatusConnection connection) => StatusTable.Of(CallerColumns, connection.Callers.Select(caller => new[]
    {
        $"  {caller.Caller}", Percent(caller.Share), Text($"{caller.LastMinute.Sent}"), Text($"{caller.LastMinute.TurnedAway}"), Text($"{caller.Weight}"),
        Text($"{caller.Waiting}"), caller.Waiting == 0 ? "-" : Span(caller.OldestSeconds), Span(caller.NextWaitsSeconds),
    }));

    public static StatusTable Credentials(IEnumerable<StatusCredential> credentials, DateTimeOffset now) =>
        StatusTable.Of(CredentialColumns, credentials.Select(credential => new[]
        {
            credential.Name, credential.State, credential.Source, credential.SourceAgeSeconds is { } age ? $"{Span(age)} ago" : "-",
            Ago(now, credential.LastSuccess), Ago(now, credential.LastUnauthorized), credential.BotId ?? "-",
        }));

    public static StatusTable Denials(StatusSnapshot status) => StatusTable.Of(DenialColumns, status.DenialsLastMinute.Select(denials => new[]
    {
        denials.Reason, Text($"{denials.Count}"), denials.Caller, denials.Key ?? "-", denials.LastPeer ?? "-", denials.LastId ?? "-",
    }));

    public static StatusTable Requests(StatusSnapshot status) => StatusTable.Of(RequestColumns, status.Requests.Select(request => new[]
    {
        Text($"{request.At.UtcDateTime:HH:mm:ss.f}"), request.Caller, request.Credential, request.Operation,
        Text($"{request.Status}{(request.Reason is null ? "" : " " + request.Reason)}"), Wait(request.QueueMs), Wait(request.NotionMs), Sent(request),
        request.Id,
    }));

    /// <summary>What stands above the callers of a connection.</summary>
    public static IReadOnlyList<LinePart> Title(StatusConnection connection) =>
    [
        Same($"CONNECTION {string.Join(", ", connection.Credentials)}", $"CONNECTION {(connection.Credentials is [var first, ..] ? first : "")}"),
        Same(Text($"window {connection.WindowUsed}/{connection.WindowLimit}")),
        new(
            Text($"waiting {connection.Waiting}") + (connection.Waiting > 0 ? $", oldest {Span(connection.OldestSeconds)}" : ""),
            Text($"waiting {connection.Waiting}"),
            Goes: 2),
        .. connection.Pauses.Select(pause => Same($"paused ({pause.Level}) {Span(pause.SecondsLeft)}", $"paused {Span(pause.SecondsLeft)}")),
        .. Saved(connection.LastMinute),
        .. Notion(connection.LastMinute),
    ];

    private static LinePart Same(string text, string? shorter = null) => new(PlainText.Of(text), PlainText.Of(shorter ?? text));

    private static IEnumerable<LinePart> Saved(StatusUse use) =>
        use.FromMemory + use.Joined is > 0 and var saved ? [Same(Text($"no permit needed {saved}")) with { Goes = 3 }] : [];

    private static IEnumerable<LinePart> Notion(StatusUse use) => use.Sent == 0 ? [] :
    [
        new(
            Text($"Notion {use.NotionMeanMs:0} ms, slowest {use.NotionSlowestMs:0} ms, {Failed(use)}"), Text($"Notion {use.NotionMeanMs:0} ms, {Failed(use)}"),
            Goes: 1),
    ];

    private static string Text(FormattableString text) => StatusWords.Text(text);
}
