using System.Text.Json.Nodes;
using NotionSandbox;
using NotionSandbox.Faults;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>A session answers as JSON, or as a stream for those who accept one.</summary>
public sealed class SessionStreamTests
{
    [Fact]
    public async Task Without_a_wish_for_a_stream_the_answer_is_JSON()
    {
        await using var visit = await Visit.StartAsync();

        var session = (await visit.PostAsync("/v1/sessions", new JsonObject { ["message"] = "Hi" })).Done();

        Assert.Equal(("session", "completed"), ((string?)session["object"], (string?)session["status"]));
    }

    [Fact]
    public async Task Events_come_one_by_one_with_pauses_between()
    {
        await using var visit = await Visit.StartAsync(new SandboxOptions { StreamPause = TimeSpan.FromSeconds(1) });
        using var response = await visit.OpenAsync(HttpMethod.Post, "/v1/sessions", new JsonObject { ["message"] = "Hi there" }, "text/event-stream");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Visit.Stop));

        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.Equal("event: session.snapshot", await reader.ReadLineAsync(Visit.Stop));
        var snapshot = JsonNode.Parse((await reader.ReadLineAsync(Visit.Stop))!["data: ".Length..])!;
        Assert.Equal("in_progress", (string?)snapshot["session"]!["status"]);
        Assert.Equal("", await reader.ReadLineAsync(Visit.Stop));
        var next = reader.ReadLineAsync(Visit.Stop).AsTask();
        Assert.False(next.IsCompleted);

        var rest = RestAsync(next, reader);
        while (!rest.IsCompleted)
        {
            visit.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(
            [
                "event: event.committed", "event: event.provisional", "event: event.provisional", "event: event.provisional",
                "event: event.committed", "event: event.committed", "event: stream.end",
            ],
            (await rest).Where(line => line.StartsWith("event: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_was_said_is_remembered_in_order()
    {
        await using var visit = await Visit.StartAsync();
        var session = (await visit.PostAsync("/v1/sessions", new JsonObject { ["message"] = "Hi" })).Id;
        await visit.PostAsync("/v1/sessions", new JsonObject { ["message"] = "Again", ["session_id"] = session });

        var events = (await visit.PostAsync($"/v1/sessions/{session}/events/query", new JsonObject())).Results;

        Assert.Equal(Enumerable.Range(1, 6), events.Select(happened => (int)happened!["sequence"]!));
        Assert.Equal(
            ["user.message", "agent.message", "session.status", "user.message", "agent.message", "session.status"],
            events.Select(happened => (string?)happened!["type"]));
    }

    [Fact]
    public async Task A_session_that_waits_can_be_cancelled()
    {
        await using var visit = await Visit.StartAsync();
        var session = (await visit.PostAsync("/v1/sessions", new JsonObject { ["message"] = "/wait" })).Done();

        var cancelled = (await visit.PostAsync($"/v1/sessions/{session["id"]}/cancel")).Done();

        Assert.Equal(("requires_action", "canceled"), ((string?)session["status"], (string?)cancelled["status"]));
    }

    [Fact]
    public async Task A_stream_can_be_cut_in_the_middle()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new FaultRule { Path = "/v1/sessions", Fault = new CutOffFault { Chunked = true } });
        using var response = await visit.OpenAsync(HttpMethod.Post, "/v1/sessions", new JsonObject { ["message"] = "Hi" }, "text/event-stream");

        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Visit.Stop));
    }

    private static async Task<List<string>> RestAsync(Task<string?> first, StreamReader reader)
    {
        var lines = new List<string>();
        for (var line = await first; line is not null; line = await reader.ReadLineAsync(Visit.Stop))
        {
            lines.Add(line);
        }

        return lines;
    }
}
