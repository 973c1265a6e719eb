using System.Net;
using System.Net.Sockets;
using NotionGateway.IntegrationTests.Credentials;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Draining;

/// <summary>An orderly shutdown: readiness first, then no new requests, the running ones end, and the listener closes last.</summary>
public sealed class DrainTests
{
    private const string Get = $"GET /v1/users HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n";

    [Fact]
    public async Task Readiness_goes_at_once_while_requests_are_still_served()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, "00:10:00", setup => setup.OnFakeTime());
        await using var load = new SteadyLoad(gateway);
        using var management = gateway.ManagementClient();

        // Time stands still, but for the moments in which the load gets its permits: what happens at once needs none.
        var stopping = gateway.StopAsync();
        await gateway.Clock.WaitBegunAsync(TimeSpan.FromMinutes(10));
        await gateway.UntilAsync(async () => (await management.GetAsync("/readyz")).StatusCode == HttpStatusCode.ServiceUnavailable, "readiness to go");
        Assert.Equal(HttpStatusCode.OK, (await management.GetAsync("/livez")).StatusCode);

        // On existing connections, and on new ones.
        var began = gateway.Clock.Elapsed;
        await load.MoreAsync(gateway);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Clock.RunAsync(gateway.Client().GetAsync("/v1/users"))).StatusCode);
        await load.AssertNoneFailedAsync();
        gateway.Clock.Advance(TimeSpan.FromMinutes(10) - (gateway.Clock.Elapsed - began) - TimeSpan.FromSeconds(1));
        Assert.Empty(gateway.Logs.Named("DrainingDenies"));

        gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        await gateway.UntilAsync(() => gateway.Logs.Named("DrainingDenies").Any(), "the door to close");
        await stopping;
    }

    [Fact]
    public async Task After_the_delay_new_requests_are_refused_while_those_under_way_end_well_and_only_then_the_listener_closes()
    {
        var hold = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream { Answer = _ => Held(hold.Task) };
        await using var gateway = await StartAsync(upstream, "00:00:00");
        using var kept = gateway.RawCaller();
        upstream.Answer = _ => RawResponse.Json("{}");
        await kept.SendAsync(Get);
        Assert.Equal(200, (await kept.ReadResponseAsync()).Status);
        upstream.Answer = _ => Held(hold.Task);
        using var client = gateway.Client();
        var underWay = Enumerable.Range(0, 10).Select(_ => client.GetAsync("/v1/users")).ToArray();
        await gateway.UntilAsync(() => upstream.Requests.Count == 11, "the requests to be in progress");

        var stopping = gateway.StopAsync();
        await gateway.UntilAsync(() => gateway.Logs.Named("DrainingDenies").Any(), "the door to close");
        using var fresh = gateway.RawCaller();
        foreach (var caller in new[] { kept, fresh })
        {
            var refused = await caller.ExchangeAsync(Get);
            Assert.Equal((503, "shutting_down", "close"), (refused.Status, refused.Reason, refused.Header("Connection")));
            Assert.Contains("\"code\":\"service_unavailable\"", refused.Body, StringComparison.Ordinal);
            Assert.InRange(int.Parse(refused.Header("Retry-After")!), 1, 600);
            Assert.False(refused.Reset);
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.ManagementClient().GetAsync("/readyz")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await gateway.ManagementClient().GetAsync("/livez")).StatusCode);
        Assert.False(stopping.IsCompleted);
        Assert.Equal(11, upstream.Requests.Count);

        hold.SetResult();
        foreach (var response in await Task.WhenAll(underWay))
        {
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("""{"held":true}""", await response.Content.ReadAsStringAsync());
        }

        await stopping;
        Assert.Throws<SocketException>(() => gateway.RawCaller());
    }

    [Fact]
    public async Task Under_load_everybody_gets_an_answer_until_the_listener_closes()
    {
        var hold = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream();
        upstream.Answer = request => request.Target == "/v1/users" ? Held(hold.Task) : RawResponse.Json("{}");
        await using var gateway = await StartAsync(upstream, "00:00:00.3");
        var underWay = gateway.Client().GetAsync("/v1/users");
        await using var load = new SteadyLoad(gateway, workers: 8);
        await load.MoreAsync(gateway, 50);

        var stopping = gateway.StopAsync();
        await gateway.UntilAsync(() => load.Answers.Count(response => response == "503 shutting_down") > 50, "refusals");
        await load.DisposeAsync();
        hold.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await underWay).StatusCode);
        Assert.Equal(["200", "503 shutting_down"], load.Answers.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray());
        Assert.Equal(load.Answers.Count(response => response == "200"), upstream.Requests.Count(request => request.Target == "/v1/users/me"));
        await stopping;
    }

    [Fact]
    public async Task A_request_whose_body_is_still_coming_is_under_way_and_ends_well()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, "00:00:00");
        using var caller = gateway.RawCaller();
        await caller.SendAsync(
            $"POST /v1/search HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nContent-Type: application/json\r\nContent-Length: 8\r\n" +
            "Expect: 100-continue\r\n\r\n");

        // The server asks for the body when the gateway begins to read it.
        var buffer = new byte[100];
        Assert.True(await caller.Stream.ReadAsync(buffer) > 0);
        var stopping = gateway.StopAsync();
        await gateway.UntilAsync(() => gateway.Logs.Named("DrainingDenies").Any(), "the door to close");
        await caller.SendAsync("""{"a":12}""");

        Assert.Equal(200, (await caller.ReadResponseAsync()).Status);
        Assert.Equal("""{"a":12}""", upstream.Only.BodyText);
        await stopping;
    }

    [Fact]
    public async Task An_idle_connection_holds_nothing_up_and_is_closed_in_order()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, "00:00:00", setup => setup.OnFakeTime());

        // Connections are accepted in their order: once the second is answered, the first has been accepted too.
        using var silent = gateway.RawCaller();
        using var idle = gateway.RawCaller();
        await idle.SendAsync(Get);
        Assert.Equal(200, (await idle.ReadResponseAsync()).Status);

        // No time passes: nothing is waited for.
        await gateway.StopAsync();

        foreach (var caller in new[] { idle, silent })
        {
            var end = await caller.ReadToEndAsync();
            Assert.Equal(("", false), (end.Text, end.Reset));
        }
    }

    [Fact]
    public async Task Over_HTTP_2_requests_under_way_end_well_and_new_ones_are_refused()
    {
        var hold = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream { Answer = _ => Held(hold.Task) };
        await using var gateway = await StartAsync(upstream, "00:00:00", setup => setup.Setting("Kestrel:Endpoints:Data:Protocols", "Http2"));
        using var client = gateway.Client(version: HttpVersion.Version20);
        var underWay = client.GetAsync("/v1/users");
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the request to be in progress");

        var stopping = gateway.StopAsync();
        await gateway.UntilAsync(() => gateway.Logs.Named("DrainingDenies").Any(), "the door to close");
        using var refused = await client.GetAsync("/v1/users");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(["shutting_down"], refused.Headers.GetValues("Notion-Gateway-Reason"));

        hold.SetResult();
        Assert.Equal("""{"held":true}""", await (await underWay).Content.ReadAsStringAsync());
        await stopping;
    }

    private static RawResponse Held(Task hold) =>
        new RawResponse().After(hold).Send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"held\":true}");

    private static Task<TestGateway> StartAsync(
        RecordingUpstream upstream, string delay, Action<GatewaySetup>? more = null) => TestGateway.StartAsync(upstream.Address, setup =>
    {
        setup.Setting("Gateway:DrainDelay", delay).Setting("Gateway:ShutdownTimeout", "00:20:00");
        more?.Invoke(setup);
    });
}
