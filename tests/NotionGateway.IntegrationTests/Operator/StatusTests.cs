using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Cli;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.Operator.Status;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>What operators can ask about a running gateway: who waits, what fails and why, and nothing that is secret.</summary>
public sealed class StatusTests
{
    private const string WrongKey = "a key that nobody has, as a service has it after a rotation";

    private readonly StringWriter _output = new();
    private readonly FakeEnvironment _environment = new() { ["GATEWAY_OPERATOR_KEY"] = The.OperatorKey };

    [Fact]
    public async Task Who_waits_who_gets_the_permits_and_how_long_the_next_would_wait()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .OnFakeTime().Limit(2, 60).Flow("MaxWait", "01:00:00")
            .Patient(The.Caller).Caller(The.Caller, The.Key).Caller("quiet", The.OtherKey).Operator(The.OperatorKey));
        using var client = gateway.Client();
        await gateway.SendAsync(client);
        await gateway.Clock.RunAsync(gateway.SendAsync(client));
        _ = gateway.SendMany(client, 3);
        await gateway.WaitingAsync(3);
        gateway.Clock.Advance(TimeSpan.FromSeconds(20));

        var connection = Assert.Single((await StatusAsync(gateway)).Connections);

        Assert.Equal(["default"], connection.Credentials);
        Assert.Equal((2, 2, 3), (connection.WindowUsed, connection.WindowLimit, connection.Waiting));
        var caller = Assert.Single(connection.Callers);
        Assert.Equal((The.Caller, 3, 20.0, 1.0), (caller.Caller, caller.Waiting, caller.OldestSeconds, caller.Share));
        Assert.InRange(caller.NextWaitsSeconds, 60, 120);
    }

    [Fact]
    public async Task One_of_several_replicas_says_that_it_has_only_its_part()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Flow("Replicas", "3").Operator(The.OperatorKey));

        var verdict = (await StatusAsync(gateway)).Verdict;

        Assert.Contains(new StatusVerdict(true, "1 of 3 replicas: it has its part of each limit, and waits are of this one."), verdict);
    }

    [Fact]
    public async Task A_denial_is_found_by_its_id_with_the_key_and_the_address_of_its_sender()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Operator(The.OperatorKey));
        gateway.Canaries.Guard(WrongKey, "the wrong key");
        using var refused = await gateway.Client(WrongKey).GetAsync("/v1/pages/secret-path");
        var id = Assert.Single(refused.Headers.GetValues("Notion-Gateway-Request-Id"));
        await gateway.UntilAsync(() => gateway.Logs.Named("Denial").Any(), "the denial to be logged");
        var key = KeyDigest.Of(WrongKey).ToString()[7..15];

        await gateway.UntilAsync(async () => (await StatusAsync(gateway)).Denials.Count > 0, "the denial to be remembered");
        var status = await StatusAsync(gateway);

        var denial = Assert.Single(status.Denials);
        Assert.Equal((id, "unknown", "invalid_key", 401), (denial.Id, denial.Caller, denial.Reason, denial.Status));
        Assert.Equal((key, "127.0.0.1"), (denial.Key, denial.Peer));
        Assert.Equal(new StatusDenials("unknown", "invalid_key", key, 1, "127.0.0.1", id), Assert.Single(status.DenialsLastMinute));
        var line = Assert.Single(gateway.Logs.Named("Denial"));
        Assert.Equal((key, "127.0.0.1", id), (line.Values["Key"], line.Values["Peer"], line.Values["RequestId"]));

        Assert.Equal(ExitCode.Done, await RunAsync(gateway, "status", "--id", id));
        Assert.Contains("invalid_key", _output.ToString());
        Assert.DoesNotContain("secret-path", await gateway.OperatorClient().GetStringAsync("/operator/v1/status"));
    }

    [Fact]
    public async Task Every_response_of_a_caller_has_the_id_of_its_log_line_and_of_the_status()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Operator(The.OperatorKey));
        using var answered = await gateway.Client().GetAsync("/v1/users/me");
        var id = Assert.Single(answered.Headers.GetValues("Notion-Gateway-Request-Id"));

        await gateway.UntilAsync(async () => (await StatusAsync(gateway)).Requests.Count > 0, "the request to be remembered");
        Assert.Equal((id, "users.me", 200, 1), (await StatusAsync(gateway)).Requests.Select(one => (one.Id, one.Operation, one.Status, one.Sent)).Single());
        Assert.Equal(id, Assert.Single(gateway.Logs.Named("Request")).Values["RequestId"]);
    }

    [Fact]
    public async Task A_request_is_shown_with_the_trace_that_its_caller_named_and_that_of_a_stranger_is_not_kept()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Operator(The.OperatorKey));
        using var client = gateway.Client();
        using var stranger = gateway.Client(WrongKey);
        foreach (var sender in new[] { client, stranger })
        {
            sender.DefaultRequestHeaders.Add("traceparent", $"00-{Trace}-b7ad6b7169203331-01");
            using var response = await sender.GetAsync("/v1/users/me");
        }

        await gateway.UntilAsync(async () => (await StatusAsync(gateway)) is { Requests.Count: > 0, Denials.Count: > 0 }, "both to be remembered");
        var status = await StatusAsync(gateway);
        Assert.Equal((Trace, null), (Assert.Single(status.Requests).TraceId, Assert.Single(status.Denials).TraceId));
        Assert.Equal(ExitCode.Done, await RunAsync(gateway, "status", "--id", status.Requests[0].Id));
        Assert.Contains($"trace         {Trace}", _output.ToString());
    }

    [Fact]
    public async Task When_a_token_last_succeeded_is_one_value_for_the_status_and_the_metric()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime().Operator(The.OperatorKey));
        using var answered = await gateway.SendAsync(gateway.Client());
        var at = gateway.Clock.GetUtcNow();
        gateway.Clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal(at, Assert.Single((await StatusAsync(gateway)).Credentials).LastSuccess);
        Assert.Equal(at.ToUnixTimeMilliseconds() / 1000.0, gateway.Gauge("notion_gateway.credential.last_success", ("credential", "default")));
        Assert.NotEmpty(gateway.Metrics.Matching("notion_gateway.credential.upstream.duration", ("credential", "default")));
    }

    [Fact]
    public async Task The_listener_opens_with_an_operator_key_alone_and_says_that_there_are_no_grants()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Operator(The.OperatorKey));

        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.OperatorClient(The.Key).GetAsync("/operator/v1/status")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await gateway.OperatorClient().GetAsync("/operator/v1/Status")).StatusCode);
        Assert.Equal(ExitCode.Failed, await RunAsync(gateway, "grants", "list"));
        Assert.Contains("no app is configured under Gateway:OAuth:Apps", _output.ToString());
        Assert.Equal(ExitCode.Done, await RunAsync(gateway, "status", "--json"));
        Assert.Equal(1, JsonDocument.Parse(_output.ToString()[_output.ToString().IndexOf('{')..]).RootElement.GetProperty("version").GetInt32());

        // It may be asked each second: only what was denied is on record.
        Assert.DoesNotContain(
            gateway.Logs.Named("Audit"), line => Equals(line.Values["Action"], "status") && line.Level > Microsoft.Extensions.Logging.LogLevel.Debug);
    }

    [Fact]
    public async Task Without_operators_nothing_is_remembered()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        Assert.Null(gateway.Services.GetService<RecentRequests>());
    }

    [Fact]
    public async Task The_key_may_come_from_standard_input()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Operator(The.OperatorKey));
        _environment["GATEWAY_OPERATOR_KEY"] = null;
        string[] command = ["status", "--url", gateway.Operator.GetLeftPart(UriPartial.Authority)];

        Assert.Equal(ExitCode.Misconfigured, await GatewayCommands.InvokeAsync(command, _environment, _output, _output));
        Assert.Equal(ExitCode.Done, await GatewayCommands.InvokeAsync(
            [.. command, "--key-stdin"], _environment, _output, _output, new Terminal(new StringReader($"{The.OperatorKey}\n"), HasPerson: false)));
        Assert.Equal(ExitCode.Done, await GatewayCommands.InvokeAsync(
            command, _environment, _output, _output, new Terminal(TextReader.Null, HasPerson: true) { ReadHidden = () => The.OperatorKey }));
        Assert.DoesNotContain(The.OperatorKey, _output.ToString());
    }

    [Fact]
    public async Task Top_shows_a_frame_each_second_until_it_is_interrupted()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Operator(The.OperatorKey));
        using var interrupt = new CancellationTokenSource();
        var frames = 0;
        var terminal = new Terminal(TextReader.Null, HasPerson: false)
        {
            Screen = () =>
            {
                if (++frames == 2)
                {
                    interrupt.Cancel();
                }

                return (80, 24);
            },
        };

        var parsed = GatewayCommands.Parse(["top", "--url", gateway.Operator.GetLeftPart(UriPartial.Authority)], _environment, terminal);
        var configuration = new System.CommandLine.InvocationConfiguration { Output = _output, Error = _output };
        Assert.Equal(ExitCode.Done, await parsed.InvokeAsync(configuration, interrupt.Token));
        Assert.Equal(2, _output.ToString().Split("Notion Gateway ").Length - 1);
    }

    private Task<int> RunAsync(TestGateway gateway, params string[] command) =>
        GatewayCommands.InvokeAsync([.. command, "--url", gateway.Operator.GetLeftPart(UriPartial.Authority)], _environment, _output, _output);

    private static async Task<StatusSnapshot> StatusAsync(TestGateway gateway) => JsonSerializer.Deserialize<StatusSnapshot>(
        await gateway.OperatorClient().GetStringAsync("/operator/v1/status"), StatusSnapshot.Json)!;
}
