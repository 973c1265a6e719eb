using NotionGateway.Cli.Text;
using NotionGateway.Operator.Status;

namespace NotionGateway.UnitTests.Cli.Text;

public sealed class StatusTextTests
{
    [Fact]
    public void Names_from_elsewhere_cannot_control_the_terminal()
    {
        const string Evil = "a\x1b[2Jb\r\nc";
        var status = new StatusSnapshot
        {
            Instance = Evil,
            Verdict = [new StatusVerdict(false, Evil)],
            Configuration = new StatusConfiguration { Hash = Evil, Errors = [Evil] },
            Connections = [new StatusConnection { Credentials = [Evil], Callers = [new StatusCaller { Caller = Evil }] }],
            Credentials = [new StatusCredential { Name = Evil, State = Evil, Source = Evil, BotId = Evil }],
            DenialsLastMinute = [new StatusDenials(Evil, Evil, Evil, 1, Evil, Evil)],
            Requests = [new StatusRequest { Caller = Evil, Credential = Evil, Operation = Evil, Reason = Evil, Id = Evil }],
        };

        var lines = StatusText.Of(status);

        Assert.All(lines, line => Assert.DoesNotContain(line, character => char.IsControl(character)));
        Assert.All(TopText.Of(status, 79, 23), line => Assert.DoesNotContain(line, character => char.IsControl(character)));
        Assert.All(RequestText.Of(status.Requests[0]), line => Assert.DoesNotContain(line, character => char.IsControl(character)));
    }

    [Fact]
    public void The_errors_of_a_refused_configuration_have_a_line_each()
    {
        var status = new StatusSnapshot { Configuration = new StatusConfiguration { Errors = ["Gateway:A: x", "Gateway:B: y"] } };

        Assert.Contains("       Gateway:A: x", StatusText.Of(status));
        Assert.Contains("       Gateway:B: y", StatusText.Of(status));
    }

    [Fact]
    public void A_long_list_is_cut_and_says_so()
    {
        var status = new StatusSnapshot
        {
            Connections = [.. Enumerable.Range(0, 12).Select(number => new StatusConnection
            {
                Credentials = [$"c{number}"],
                Callers = [.. Enumerable.Range(0, 13).Select(caller => new StatusCaller { Caller = $"caller{caller}" })],
            })],
            FurtherConnections = 5,
        };

        var lines = StatusText.Of(status);

        Assert.Contains("  and 7 more connections: status --json lists them", lines);
        Assert.Contains("  and 3 more callers: status --json lists them", lines);
    }

    [Fact]
    public void One_is_not_several()
    {
        var callers = Enumerable.Range(0, 11).Select(caller => new StatusCaller { Caller = $"caller{caller}" });
        var status = new StatusSnapshot { Connections = [new StatusConnection { Credentials = ["a"], Callers = [.. callers] }] };

        Assert.Contains("  and 1 more caller: status --json lists it", StatusText.Of(status));
        Assert.Equal(("1 request", "0 requests", "2 kinds of it"), (StatusWords.Count(1, "request"), StatusWords.Count(0, "request"),
            StatusWords.Count(2, "kind of it", "kinds of it")));
    }

    [Fact]
    public void A_denial_shows_the_key_and_where_its_last_request_came_from()
    {
        var status = new StatusSnapshot
        {
            DenialsLastMinute = [new StatusDenials("unknown", "invalid_key", "9f2c11aa", 210, "10.0.3.17", "the-id")],
        };

        var line = Assert.Single(StatusText.Of(status), line => line.StartsWith("invalid_key"));
        Assert.Equal(["invalid_key", "210", "unknown", "9f2c11aa", "10.0.3.17", "the-id"], line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
