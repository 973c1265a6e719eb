using NotionGateway.Cli.Text;
using NotionGateway.Operator.Status;

namespace NotionGateway.UnitTests.Cli.Text;

/// <summary>What <c>top</c> shows on screens of three sizes, of a gateway in which there is much to see.</summary>
public sealed class TopTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 14, 5, 0, TimeSpan.Zero);

    private static readonly StatusSnapshot Much = new()
    {
        Instance = "notion-gateway-6f7c9d-x2k4q",
        GatewayVersion = "0.1.0",
        At = Now,
        StartedAt = Now.AddDays(-3),
        Verdict =
        [
            new(true, "Notion answers: 220 requests, 0.2 % failed, mean 310 ms, slowest 2500 ms (last minute)."),
            new(true, "Gateway: ready, adds 0.3 ms on average beside the wait for permits."),
            new(
                false,
                "Quota of default is used up: 113 wait, 846 turned away in the last minute; batch waits most (108), batch has the largest share (39 %)."),
            new(false, "Credential legacy: Notion rejects its token. Replace it at its source (File)."),
            new(true, "Configuration: 109c7f4c3267, read at 2026-11-28 09:12:00Z."),
        ],
        Connections =
        [
            Connection("default", 180, 113, Caller("batch", 108, 29.8, 30), Caller("crm-of-the-whole-company", 3, 0.6, 0.9), Caller("mobile", 2, 0.4, 0.7),
                Caller("wiki", 0, 0, 0.7), Caller("etl", 0, 0, 0.7)),
            Connection("finance", 68, 0, Caller("reports", 0, 0, 0)),
            Connection("legacy", 1, 0, Caller("old-import", 0, 0, 0)),
        ],
        Credentials =
        [
            Credential("default", "usable", 4, null), Credential("finance", "usable", 7, null), Credential("legacy", "refused", 7200, 10),
            Credential("spare", "untried", null, null),
        ],
        DenialsLastMinute =
        [
            new("batch", "wait_too_long", "4d1014a2", 846, "10.0.3.17", Id(1)), new("unknown", "invalid_key", "9f2c11aa", 210, "192.168.100.200", Id(2)),
            new("old-import", "upstream_unauthorized", "15186af5", 29, "10.0.3.19", Id(3)), new("crm", "not_permitted", "7cd94d2d", 1, "::1", Id(4)),
        ],
        Requests = [.. Enumerable.Range(0, 500).Select(number => new StatusRequest
        {
            At = Now.AddSeconds(-number),
            Id = Id(100 + number),
            Caller = "mobile",
            Credential = "default",
            Operation = "data_sources.query",
            Status = number == 3 ? 502 : 200,
            Reason = number == 3 ? "upstream_reset" : null,
            Outcome = "answered",
            Sent = 1,
            QueueMs = 7920,
            NotionMs = 310,
            TotalMs = 8231,
        })],
    };

    [Theory]
    [InlineData(80, 24)]
    [InlineData(120, 40)]
    [InlineData(40, 10)]
    [InlineData(200, 100)]
    [InlineData(20, 5)]
    public void A_screen_is_neither_left_nor_wrapped(int columns, int rows)
    {
        var lines = Shown(columns, rows);

        Assert.InRange(lines.Count, 1, rows - 1);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, columns - 1));
    }

    [Fact]
    public void In_80_columns_every_question_has_its_column()
    {
        var lines = Shown(80, 24);

        Assert.Equal(
        [
            "  CALLER                    SHARE  SENT  AWAY  WEIGHT  WAIT  OLDEST  NEXT",
            "  batch                     39 %   69    846   1       108   30 s    30 s",
            "  crm-of-the-whole-company  39 %   69    846   1       3     0.6 s   0.9 s",
            "  mobile                    39 %   69    846   1       2     0.4 s   0.7 s",
        ],
        lines.SkipWhile(line => !line.StartsWith("  CALLER")).Take(4));
        Assert.Equal(
            ["NAME", "STATE", "SOURCE", "READ", "SUCCESS", "401", "BOT"],
            lines.First(line => line.StartsWith("NAME")).Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(lines, line => line.StartsWith("legacy  refused") && line.Contains("2 h ago") && line.Contains("10 s ago"));
        Assert.Contains(
            lines, line => line.StartsWith("invalid_key") && line.Contains(" 210 ") && line.Contains("9f2c11aa") && line.Contains("192.168.100.200"));
        Assert.Contains("CONNECTION default  window 180/180  waiting 113  Notion 310 ms, 0.5 % failed", lines);
    }

    [Fact]
    public void What_is_wrong_comes_first_and_the_last_line_counts_what_is_not_shown()
    {
        var lines = Shown(80, 24);

        Assert.StartsWith("Notion Gateway  notion-gateway-6f7c9d-x2k4q  0.1.0", lines[0]);
        Assert.StartsWith("  !! Quota of default is used up: 113 wait, 846 turned away", lines[1]);
        Assert.StartsWith("  !! Credential legacy", lines[2]);
        Assert.StartsWith("legacy ", lines.SkipWhile(line => !line.StartsWith("NAME")).ElementAt(1));
        Assert.Equal("16 rows not shown: 1 verdict, 2 callers, 1 connection, 2 credentials, 2 denial…", lines[^1]);
        Assert.Equal(2, lines.Count(line => line.StartsWith("14:0")));
    }

    [Fact]
    public void On_a_larger_screen_nothing_is_shortened_that_fits()
    {
        var lines = Shown(120, 40);

        Assert.Contains(lines, line => line.Contains("TURNED AWAY") && line.Contains("NEXT WAITS"));
        Assert.Contains(lines, line => line.StartsWith("CONNECTION default  window 180/180  waiting 113, oldest 30 s  Notion 310 ms, slowest 2500 ms"));
        Assert.Contains(lines, line => line.EndsWith(Id(1)));
        Assert.DoesNotContain(lines, line => line.Contains("not shown") && line.Contains("caller"));
    }

    [Fact]
    public void On_a_very_large_one_everything_is_there_with_room_between_its_parts()
    {
        var lines = Shown(200, 100);

        Assert.Equal("", lines[1]);
        Assert.Equal(10, lines.Count(line => line.StartsWith("14:0")));
        Assert.DoesNotContain(lines, line => line.Contains("not shown"));
    }

    [Fact]
    public void On_a_small_one_the_worst_is_there_with_who_waits()
    {
        var lines = Shown(40, 10);

        Assert.Contains("  !! Quota of default is used up:…", lines);
        Assert.Contains("  CALLER   SHARE AWAY WAIT OLDEST NEXT", lines);
        Assert.Contains("  batch    39 %  846  108  30 s   30 s", lines);
        Assert.Equal("25 rows not shown: 2 verdicts,…", lines[^1]);
    }

    [Fact]
    public void An_idle_gateway_fits_and_misses_nothing()
    {
        var lines = TopText.Of(new StatusSnapshot { At = Now, StartedAt = Now, Verdict = [new(true, "Gateway: ready.")] }, 79, 23);

        Assert.Equal(["Notion Gateway      up 0.0 s  2026-11-28 14:05:00Z", "", "  ok Gateway: ready."], lines);
    }

    [Fact]
    public void Connections_that_are_not_even_listed_are_counted_too() => Assert.Equal(
        "7 rows not shown: 7 connections", TopText.Of(new StatusSnapshot { At = Now, FurtherConnections = 7 }, 79, 23)[^1]);

    private static IReadOnlyList<string> Shown(int columns, int rows) => TopText.Of(Much, columns - 1, rows - 1);

    private static string Id(int number) => $"e438721e-a28b-407f-98a0-{number:d12}";

    private static StatusConnection Connection(string name, int used, int waiting, params StatusCaller[] callers) => new()
    {
        Credentials = [name],
        WindowUsed = used,
        WindowLimit = 180,
        Waiting = waiting,
        OldestSeconds = 29.8,
        LastMinute = new StatusUse { Requests = 220, Sent = 200, Failed = 1, NotionMeanMs = 310, NotionSlowestMs = 2500 },
        Callers = callers,
    };

    private static StatusCaller Caller(string name, int waiting, double oldest, double next) => new()
    {
        Caller = name,
        Weight = 1,
        Share = 0.39,
        Waiting = waiting,
        OldestSeconds = oldest,
        NextWaitsSeconds = next,
        LastMinute = new StatusUse { Sent = 69, TurnedAway = 846 },
    };

    private static StatusCredential Credential(string name, string state, double? successAgo, double? unauthorizedAgo) => new()
    {
        Name = name,
        State = state,
        Source = "File",
        SourceAgeSeconds = 4,
        LastSuccess = successAgo is { } seconds ? Now.AddSeconds(-seconds) : null,
        LastUnauthorized = unauthorizedAgo is { } ago ? Now.AddSeconds(-ago) : null,
        BotId = "0f0f0f0f-1111-4222-8333-444444444444",
    };
}
