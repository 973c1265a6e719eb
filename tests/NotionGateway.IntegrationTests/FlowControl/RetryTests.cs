using System.Text.Json;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Connections;
using NotionSandbox.Faults;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>What failed is sent again where that is safe, and in no other case.</summary>
public sealed class RetryTests
{
    private const string Block = "/v1/blocks/abc";
    private const string Query = "/v1/data_sources/abc/query";

    [Theory]
    [InlineData("GET", "/v1/users/me", null)]
    [InlineData("POST", "/v1/pages", "{}")]
    [InlineData("POST", "/v1/file_uploads/abc/complete", null)]
    [InlineData("PATCH", Block, "{}")]
    [InlineData("DELETE", Block, null)]
    public async Task An_overloaded_Notion_is_asked_again_whatever_was_asked(string method, string target, string? body)
    {
        await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(Flowing.Error(529, "service_overload", "Retry-After: 2")) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Brisk());
        using var client = gateway.Client();

        Assert.Equal(200, (await gateway.SendAsync(client, method, target, body)).Status());

        Assert.Equal([$"{method} {target}", $"{method} {target}"], upstream.Requests.Select(request => $"{request.Method} {request.Target}"));
        Assert.All(upstream.Requests, request => Assert.Equal(body ?? "", request.BodyText));
        await gateway.CountedAsync(1, "notion_gateway.upstream.retries", ("credential", "default"), ("cause", "overloaded"));
        Assert.Equal(2.0, Assert.Single(gateway.Logs.Named("NotionOverloaded")).Values["Seconds"]);
        Assert.Empty(gateway.Logs.Named("LimitedByNotion"));
    }

    [Fact]
    public async Task An_overload_that_lasts_is_handed_on_as_a_429_with_Notions_words()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Error(529, "service_overload", "Retry-After: 90") };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var response = await gateway.WriteAsync();

        Assert.Equal((429, "upstream_overloaded", 90), (response.Status(), response.Reason(), response.RetryAfter()));
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("rate_limited", json.RootElement.GetProperty("code").GetString());
        Assert.Equal("What Notion says of 529.", json.RootElement.GetProperty("message").GetString());
        Assert.Equal("0d0d0d0d-1111-4222-8333-444444444444", json.RootElement.GetProperty("request_id").GetString());
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData("GET", "/v1/users/me", null, true)]
    [InlineData("POST", Query, "{}", true)]
    [InlineData("POST", "/v1/search", "{}", true)]
    [InlineData("DELETE", Block, null, true)]
    [InlineData("DELETE", "/v1/comments/abc", null, true)]
    [InlineData("POST", "/v1/pages", "{}", false)]
    [InlineData("POST", "/v1/comments", "{}", false)]
    [InlineData("POST", "/v1/file_uploads/abc/complete", null, false)]
    [InlineData("PATCH", "/v1/pages/abc", "{}", false)]
    [InlineData("PATCH", Block, "{}", false)]
    [InlineData("PATCH", "/v1/blocks/abc/children", "{}", false)]
    public async Task After_a_server_error_or_a_lost_connection_only_what_is_harmless_is_sent_again(string method, string target, string? body, bool again)
    {
        foreach (var status in new[] { 500, 502, 503, 504, 0 })
        {
            var failure = status == 0 ? new RawResponse().Reset() : Flowing.Error(status, "internal_server_error");
            await using var upstream = new RecordingUpstream { Answer = Flowing.InPermit(failure) };
            await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Brisk());
            using var client = gateway.Client();

            var response = await gateway.SendAsync(client, method, target, body);

            Assert.Equal(again ? 200 : status == 0 ? 502 : status, response.Status());
            Assert.Equal(again ? 2 : 1, upstream.Requests.Count);
            Assert.All(upstream.Requests, request => Assert.Equal(body ?? "", request.BodyText));
            await gateway.CountedAsync(
                again ? 1 : 0, "notion_gateway.upstream.retries", ("credential", "default"), ("cause", status == 0 ? "connection" : "server_error"));
        }
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(409)]
    [InlineData(501)]
    public async Task What_does_not_pass_by_itself_is_not_asked_again(int status)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => Flowing.Error(status, "validation_error", "Retry-After: 1") };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        Assert.Equal(status, (await gateway.GetAsync()).Status());
        Assert.Single(upstream.Requests);
    }

    [Theory]
    [InlineData("POST", "/v1/pages")]
    [InlineData("GET", "/v1/users/me")]
    public async Task A_write_that_was_saved_though_answered_503_is_sent_once_and_its_answer_passes_byte_for_byte(string method, string target)
    {
        const string Saved =
            """{ "object":"error","status":503,"code":"service_unavailable","message":"It took too long – but it was """ +
            """saved.","request_id":"0e0e0e0e-1111-4222-8333-444444444444","additional_data":""" +
            """{"committed_resource_id":"0f0f0f0f-1111-4222-8333-444444444444","committed_child_ids":["a","b"],"retry_guidance":""" +
            """["Do not repeat the write."]}}  """;
        await using var upstream = new RecordingUpstream { Answer = _ => RawResponse.Json(Saved, 503, "Retry-After: 1") };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var client = gateway.Client();

        var response = await gateway.SendAsync(client, method, target, method == "POST" ? "{}" : null);

        Assert.Equal((503, null), (response.Status(), response.Reason()));
        Assert.Equal(Saved, await response.Content.ReadAsStringAsync());
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task A_saved_page_exists_once()
    {
        await using var sandbox = await SandboxServer.StartAsync();
        await using var gateway = await TestGateway.StartAsync(sandbox.BaseUrl, setup => setup.Credential("default", ConnectionSettings.DemoToken));
        sandbox.Faults.Add(new FaultRule { Method = "POST", Path = "/v1/pages", Fault = new SavedFault() });

        var response = await gateway.WriteAsync(
            body: """{"parent":{"page_id":"5eed0001-0000-4000-8000-000000000001"},"properties":{"title":{"title":[{"text":{"content":"Once"}}]}}}""");

        Assert.Equal(503, response.Status());
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var saved = json.RootElement.GetProperty("additional_data").GetProperty("committed_resource_id").GetString();
        Assert.Equal(200, (await gateway.GetAsync($"/v1/pages/{saved}")).Status());
        Assert.Single(sandbox.Received.All, request => request.Method == "POST");
    }

    [Fact]
    public async Task A_write_that_found_nobody_there_is_sent_when_somebody_is()
    {
        var gone = new RecordingUpstream();
        var address = gone.Address;
        await gone.DisposeAsync();
        await using var gateway = await TestGateway.StartAsync(address, setup => setup.Flow("MaxAttempts", "10"));

        var writing = gateway.WriteAsync(body: """{"once":true}""");
        await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.upstream.retries", ("cause", "connection")) >= 1, "the first try to fail");
        await using var sandbox = await SandboxServer.StartAsync(
            new SandboxOptions { Port = address.Port, Connections = [ConnectionSettings.Demo with { Token = The.NotionToken }] });

        // It got through: that this page cannot be made is Notion's own answer.
        Assert.Equal((400, null), ((await writing).Status(), (await writing).Reason()));
        Assert.Equal("POST", Assert.Single(sandbox.Received.All).Method);

        // Only what is sent uses a permit.
        await gateway.CountedAsync(1, "notion_gateway.upstream.requests");
    }

    [Fact]
    public async Task A_request_that_failed_after_a_wait_goes_before_those_who_came_later()
    {
        var hold = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream
        {
            Answer = Flowing.InPermit(new RawResponse().After(hold.Task).Send("HTTP/1.1 500 Broken\r\nContent-Length: 2\r\n\r\n{}")),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.OnFakeTime().Limit(4, 1));
        using var client = gateway.Client();
        var first = gateway.SendAsync(client);
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the first to be sent");
        var later = gateway.SendMany(client, 12, agent: "later");
        await gateway.WaitingAsync(12);
        hold.SetResult();
        await gateway.CountedAsync(1, "notion_gateway.upstream.retries");

        Assert.Equal(200, (await gateway.Clock.RunAsync(first)).Status());

        // Its back-off lasts half a second at most, in which two may pass; then it is next.
        Assert.InRange(upstream.Requests.Skip(1).TakeWhile(request => request.Values("User-Agent") is ["later"]).Count(), 0, 5);
        Assert.All(await gateway.Clock.RunAsync(Task.WhenAll(later)), response => Assert.Equal(200, response.Status()));
    }
}
