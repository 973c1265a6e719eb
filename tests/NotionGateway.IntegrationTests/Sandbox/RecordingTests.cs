using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NotionSandbox;
using NotionSandbox.Recording;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>What was received can be looked at afterwards, to the byte, and takes no more memory than it was given.</summary>
public sealed class RecordingTests
{
    [Fact]
    public async Task Headers_are_kept_as_they_came_in_order_and_spelling_and_number()
    {
        await using var visit = await Visit.StartAsync();
        using var wire = visit.Wire();

        await wire.SayAsync(
            "GET /v1/users/me?a=1&&b=%2f HTTP/1.1\r\nx-Odd:  two words \r\nHOST: sandbox\r\nX-Twice: 1\r\naccept: */*\r\nX-Twice: 2\r\n" +
            "Connection: close\r\n\r\n");
        await wire.HearAsync();

        var request = Assert.Single(visit.Sandbox.Received.All);
        Assert.Equal("/v1/users/me?a=1&&b=%2f", request.Target);
        Assert.Equal(
            ["x-Odd=two words", "HOST=sandbox", "X-Twice=1", "accept=*/*", "X-Twice=2", "Connection=close"],
            request.Headers.Select(header => $"{header.Key}={header.Value}"));
    }

    [Fact]
    public async Task Each_request_of_a_connection_has_a_head_of_its_own()
    {
        await using var visit = await Visit.StartAsync();
        using var wire = visit.Wire();
        const string Chunked = "POST /v1/search HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";

        await wire.SayAsync(
            Chunked +
            "POST /v1/search HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n\r\n{}" +
            Chunked +
            "GET /last HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n");
        await wire.HearAsync();

        Assert.Equal(["a", "b", "a", "c"], visit.Sandbox.Received.All.Select(request => request.Header("host")));
        Assert.Equal([2, 2, 2, 2], visit.Sandbox.Received.All.Select(request => request.Headers.Count));
        Assert.Equal(["{}", "{}", "{}", ""], visit.Sandbox.Received.All.Select(request => Encoding.UTF8.GetString(request.Body.Span)));
    }

    [Fact]
    public async Task A_request_is_listed_with_what_became_of_it()
    {
        await using var visit = await Visit.StartAsync();
        visit.Clock.Advance(TimeSpan.FromSeconds(3));

        var reply = await visit.PostAsync("/v1/search", new JsonObject { ["query"] = "ü" });

        var request = Assert.Single(visit.Sandbox.Received.All);
        Assert.Equal(visit.Clock.GetUtcNow(), request.At);
        Assert.Equal(("POST", "/v1/search", 200), (request.Method, request.Target, request.Status));
        Assert.Equal(visit.Demo, request.Connection);
        Assert.Equal(visit.Demo.Token, request.Token);
        Assert.Equal(reply.Header("x-notion-request-id"), request.Outcome?.RequestId);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(request.Body.Span)), request.BodySha256);
        Assert.Equal(1, visit.Sandbox.Received.Statuses[200]);
    }

    [Fact]
    public async Task A_request_is_listed_before_its_body_has_come()
    {
        await using var visit = await Visit.StartAsync();
        using var wire = visit.Wire();

        await wire.SayAsync("POST /v1/search HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{");
        await visit.Sandbox.Received.WaitForAsync(1, Visit.Stop);

        Assert.Null(visit.Sandbox.Received.All[0].Status);
        await wire.SayAsync("}");
        await wire.HearAsync();
        Assert.Equal(401, visit.Sandbox.Received.All[0].Status);
    }

    [Fact]
    public async Task Of_a_long_body_the_beginning_is_kept_and_the_length_is_known()
    {
        await using var visit = await Visit.StartAsync(new SandboxOptions { Recording = new RecorderOptions { BodyLimit = 10 } });

        await visit.PostAsync("/v1/search", new JsonObject { ["query"] = "0123456789" });

        var request = Assert.Single(visit.Sandbox.Received.All);
        Assert.Equal("{\"query\":\"", Encoding.UTF8.GetString(request.Body.Span));
        Assert.Equal(22, request.BodyLength);
    }

    [Fact]
    public async Task Only_the_latest_are_kept_but_all_are_counted()
    {
        await using var visit = await Visit.StartAsync(new SandboxOptions { Recording = new RecorderOptions { Capacity = 3 } });

        for (var i = 1; i <= 5; i++)
        {
            await visit.GetAsync($"/v1/{i}");
        }

        Assert.Equal(["/v1/3", "/v1/4", "/v1/5"], visit.Sandbox.Received.All.Select(request => request.Target));
        Assert.Equal(5, visit.Sandbox.Received.Total);
        Assert.Equal(5, visit.Sandbox.Received.Statuses[400]);
    }

    [Fact]
    public async Task Big_bodies_push_out_old_requests()
    {
        await using var visit = await Visit.StartAsync(new SandboxOptions { Recording = new RecorderOptions { Memory = 100_000 } });

        for (var i = 0; i < 10; i++)
        {
            await visit.PostAsync("/v1/search", new JsonObject { ["query"] = new string('x', 30_000) });
        }

        Assert.InRange(visit.Sandbox.Received.All.Count, 1, 3);
    }

    [Fact]
    public async Task Bodies_need_not_be_kept()
    {
        await using var visit = await Visit.StartAsync(new SandboxOptions { Recording = new RecorderOptions { Bodies = false } });

        await visit.PostAsync("/v1/search", new JsonObject());

        var request = Assert.Single(visit.Sandbox.Received.All);
        Assert.Equal((0, 2L, null), (request.Body.Length, request.BodyLength, request.BodySha256));
    }

    [Fact]
    public async Task Everything_can_be_forgotten()
    {
        await using var visit = await Visit.StartAsync();
        await visit.GetAsync("/v1/users/me");

        visit.Sandbox.Received.Clear();

        Assert.Empty(visit.Sandbox.Received.All);
        Assert.Equal(0, visit.Sandbox.Received.Total);
    }

    [Fact]
    public async Task A_caller_who_leaves_is_noticed()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new NotionSandbox.Faults.FaultRule { DelayMs = int.MaxValue });
        using (var wire = visit.Wire())
        {
            await wire.SayAsync(Wire.Get("/v1/users/me", visit.Demo.Token));
            await visit.Sandbox.Received.WaitForAsync(1, Visit.Stop);
        }

        var request = visit.Sandbox.Received.All[0];
        while (request.Status is null)
        {
            await Task.Yield();
        }

        Assert.Equal(0, request.Status);
    }
}
