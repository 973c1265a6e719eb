using System.Net;
using System.Text;
using NotionGateway.Cli;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>
/// Promise 1: a Notion secret leaves the process to one place only. Every test that starts a gateway searches all it
/// logged, measured and answered for every secret it was given; these are the places where a leak is most likely.
/// </summary>
public sealed class P01_A_secret_leaves_to_one_place_only
{
    [Fact]
    public async Task The_token_is_in_one_header_of_what_is_sent_and_nowhere_else()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        await gateway.Client().PostAsync("/v1/search", new StringContent("{}", Encoding.UTF8, "application/json"));

        var sent = upstream.Only;
        Assert.Equal([$"Bearer {The.NotionToken}"], sent.Values("Authorization"));
        Assert.Equal(1, sent.Head.Split(The.NotionToken).Length - 1);
        Assert.DoesNotContain(The.Key, sent.Head + sent.BodyText);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(400)]
    [InlineData(500)]
    public async Task An_answer_that_repeats_it_is_withheld_and_said_loudly(int status)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => RawResponse.Json($$"""{"you":"Bearer {{The.NotionToken}}"}""", status) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var response = await gateway.Client().GetAsync("/v1/users/me");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.DoesNotContain(The.NotionToken, await response.Content.ReadAsStringAsync());
        await gateway.CountedAsync(1, "notion_gateway.denials", ("reason", "upstream_leaked_token"));
    }

    [Fact]
    public async Task An_answer_that_repeats_it_after_it_has_begun_is_cut_before_it()
    {
        var begun = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => RawResponse.Raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n")
                .Send(new string('a', 1000)).After(begun.Task)
                .Send(The.NotionToken[..20]).Send(The.NotionToken[20..]).Send(new string('b', 4000)),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var caller = gateway.RawCaller();

        await caller.SendAsync($"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
        await gateway.UntilAsync(() => caller.Stream.DataAvailable, "the answer to begin");
        begun.SetResult();
        var result = await caller.ReadToEndAsync();

        Assert.Equal(200, result.Status);
        Assert.DoesNotContain("ntn_", result.Text);
        Assert.True(result.Body.Length < 5000);
    }

    [Fact]
    public async Task A_commands_output_does_not_hold_it()
    {
        var environment = new FakeEnvironment { ["NOTION_TOKEN"] = The.NotionToken, ["GATEWAY_KEY"] = The.Key, ["Gateway__Bogus"] = The.OtherToken };
        var output = new StringWriter();
        await GatewayCommands.InvokeAsync(["check"], environment, output, output);
        environment["Gateway__Bogus"] = null;
        await GatewayCommands.InvokeAsync(["check"], environment, output, output);
        await GatewayCommands.InvokeAsync(["explain", "--caller", "default", "GET", $"/v1/users?token={The.OtherToken}"], environment, output, output);

        Assert.Contains("The configuration is valid", output.ToString());
        Assert.Contains("Gateway:Bogus", output.ToString());
        Assert.All([The.NotionToken, The.OtherToken, The.Key], secret => Assert.DoesNotContain(secret, output.ToString()));
    }

    [Theory]
    [InlineData("ntn_12345678901AnotherTokenThatSomebodyPutIntoASdk0")]
    [InlineData("secret_0123456789012345678901234567890123456789012")]
    [InlineData("nrt_4991090011501Ejc6Xn4sHguI7jZIN449mKe9PRhpMfNK")]
    public async Task A_token_that_a_caller_presents_is_refused_counted_and_repeated_nowhere(string presented)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Canaries.Guard(presented, "the token a caller presented"));

        var response = await gateway.Client(presented).GetAsync("/v1/users/me");

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        await gateway.CountedAsync(1, "notion_gateway.denials", ("reason", "notion_token_presented"), ("caller", "unknown"));
        Assert.Empty(upstream.Requests);
    }

    [Fact]
    public async Task The_frameworks_own_logs_stay_quiet_whatever_is_configured()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .Setting("Logging:LogLevel:Default", "Trace")
            .Setting("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "Trace")
            .Setting("Logging:LogLevel:Yarp", "Trace")
            .Setting("Logging:LogLevel:System.Net.Http", "Trace"));

        await gateway.Client().GetAsync("/v1/users?start_cursor=InTheRawAddress");
        await upstream.DisposeAsync();
        await gateway.Client().GetAsync("/v1/users?start_cursor=InTheRawAddress");

        Assert.DoesNotContain(gateway.Logs.Lines, line => line.ToString().Contains("InTheRawAddress"));
        Assert.DoesNotContain(gateway.Logs.Lines, line => line.Category.StartsWith("Yarp"));
        Assert.Contains(gateway.Logs.Lines, line => line.Event.Name == "Request");
    }
}
