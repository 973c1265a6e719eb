using System.Globalization;
using System.Text.Json.Nodes;
using NotionSandbox.Faults;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>Things go wrong when, where and as often as a test says.</summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("17")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("99999999999999999999")]
    [InlineData("abc")]
    [InlineData("Wed, 21 Oct 2026 07:28:00 GMT")]
    [InlineData("1.5")]
    public async Task Retry_After_is_sent_as_it_was_given(string value)
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new RateLimitedFault { RetryAfter = [value] });

        var reply = (await visit.GetAsync("/v1/users/me")).IsError(429, "rate_limited");

        Assert.Equal([value], reply.All("Retry-After"));
        Assert.Equal(value, (string?)reply.Json["additional_data"]!["retry_after"]);
    }

    [Fact]
    public async Task Retry_After_may_be_missing_or_come_twice()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new RateLimitedFault { RetryAfter = [] }, times: 1);
        visit.Sandbox.Faults.Add(new RateLimitedFault { RetryAfter = ["1", "2"], Reason = "some_new_reason" }, times: 1);

        Assert.Empty((await visit.GetAsync("/v1/users/me")).All("Retry-After"));
        var twice = await visit.GetAsync("/v1/users/me");
        Assert.Equal(["1", "2"], twice.All("Retry-After"));
        Assert.Equal("some_new_reason", (string?)twice.Json["additional_data"]!["rate_limit_reason"]);
        (await visit.GetAsync("/v1/users/me")).Done();
    }

    [Theory]
    [InlineData(401, "unauthorized")]
    [InlineData(403, "restricted_resource")]
    [InlineData(409, "conflict_error")]
    [InlineData(500, "internal_server_error")]
    [InlineData(503, "service_unavailable")]
    [InlineData(504, "gateway_timeout")]
    [InlineData(529, "service_overload")]
    public async Task Any_status_comes_in_Notions_shape(int status, string code)
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new StatusFault { Status = status });

        var reply = (await visit.GetAsync("/v1/users/me")).IsError(status, code);

        Assert.Equal(status == 529 ? "1" : null, reply.Header("Retry-After"));
    }

    [Fact]
    public async Task The_edge_speaks_HTML_and_knows_no_request_id()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new StatusFault { Status = 502 }, times: 1);
        visit.Sandbox.Faults.Add(new EdgeBlockFault());

        foreach (var (reply, status) in new[] { (await visit.GetAsync("/v1/users/me"), 502), (await visit.GetAsync("/v1/users/me"), 403) })
        {
            Assert.Equal(status, reply.Status);
            Assert.StartsWith("text/html", reply.Header("content-type"), StringComparison.Ordinal);
            Assert.NotNull(reply.Header("cf-ray"));
            Assert.Null(reply.Header("x-notion-request-id"));
        }
    }

    [Fact]
    public async Task A_write_may_be_saved_and_still_answer_503()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new SavedFault());
        var children = new JsonObject { ["children"] = new JsonArray(ResponseTests.Paragraph("a"), ResponseTests.Paragraph("b")) };

        var reply = (await visit.PatchAsync($"/v1/blocks/{Visit.FirstRow}/children", children)).IsError(503, "service_unavailable");

        visit.Sandbox.Faults.Clear();
        var more = reply.Json["additional_data"]!;
        var saved = (await visit.GetAsync($"/v1/blocks/{Visit.FirstRow}/children")).Results.Skip(1).Select(block => (string?)block!["id"]);
        Assert.Equal(Visit.FirstRow, (string?)more["committed_resource_id"]);
        Assert.Equal(saved, more["committed_child_ids"]!.AsArray().Select(id => (string?)id));
        Assert.Equal(2, more["retry_guidance"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_saved_page_can_be_found_by_the_id_in_the_503()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new SavedFault(), times: 1);

        var reply = await visit.PostAsync("/v1/pages", ContentTests.NewPage(Visit.Home, "Saved"));

        (await visit.GetAsync($"/v1/pages/{reply.IsError(503, "service_unavailable").Json["additional_data"]!["committed_resource_id"]}")).Done();
    }

    [Fact]
    public async Task A_refused_write_is_not_done()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new StatusFault { Status = 503 });

        await visit.DeleteAsync($"/v1/blocks/{Visit.FirstRow}");

        visit.Sandbox.Faults.Clear();
        Assert.False((bool)(await visit.GetAsync($"/v1/pages/{Visit.FirstRow}")).Done()["in_trash"]!);
    }

    [Fact]
    public async Task A_fault_skips_as_many_as_it_should_and_strikes_as_often_as_it_should()
    {
        await using var visit = await Visit.StartAsync();
        var fault = visit.Sandbox.Faults.Add(new FaultRule { Skip = 1, Times = 2, Fault = new StatusFault { Status = 500 } });
        var statuses = new List<int>();

        for (var i = 0; i < 5; i++)
        {
            statuses.Add((await visit.GetAsync("/v1/users/me")).Status);
        }

        Assert.Equal([200, 500, 500, 200, 200], statuses);
        Assert.Equal(2, fault.Struck);
        Assert.True(fault.IsSpent);
    }

    [Theory]
    [InlineData("GET", null, null, true)]
    [InlineData("POST", null, null, false)]
    [InlineData(null, "/v1/pages", null, true)]
    [InlineData(null, "/v1/blocks", null, false)]
    [InlineData(null, "/v1/pages/{page_id}", null, true)]
    [InlineData(null, "/v1/pages/{page_id}/markdown", null, false)]
    [InlineData("get", "/v1/pages/{page_id}", "demo", true)]
    [InlineData(null, null, "other", false)]
    public async Task A_fault_strikes_what_it_is_meant_for(string? method, string? path, string? connection, bool strikes)
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new FaultRule { Method = method, Path = path, Connection = connection, Fault = new StatusFault { Status = 500 } });

        Assert.Equal(strikes ? 500 : 200, (await visit.GetAsync($"/v1/pages/{Visit.Home}")).Status);
    }

    [Fact]
    public async Task A_fault_may_be_meant_for_one_token()
    {
        await using var visit = await Visit.StartAsync();
        var fresh = visit.Demo.Rotate(NotionSandbox.Connections.OldToken.KeepsWorking);
        visit.Sandbox.Faults.Add(new FaultRule { Token = fresh, Fault = new StatusFault { Status = 401 } });

        (await visit.GetAsync("/v1/users/me", fresh)).IsError(401, "unauthorized");
        (await visit.GetAsync("/v1/users/me", "ntn_00000000001DemoDemoDemoDemoDemoDemoDemoDemo001")).Done();
    }

    [Fact]
    public async Task An_answer_waits_for_its_delay()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new FaultRule { DelayMs = 30_000 });

        var answer = visit.GetAsync("/v1/users/me");
        await visit.Sandbox.Received.WaitForAsync(1, Visit.Stop);
        Assert.False(answer.IsCompleted);
        while (!answer.IsCompleted)
        {
            // Until the delay is being waited for, the clock may be moved to no effect.
            visit.Clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        (await answer).Done();
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_delays()
    {
        var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new FaultRule { DelayMs = int.MaxValue });
        var answer = visit.GetAsync("/v1/users/me");
        await visit.Sandbox.Received.WaitForAsync(1, Visit.Stop);

        await visit.Sandbox.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
        await visit.DisposeAsync();
    }

    [Fact]
    public async Task A_big_body_has_just_so_many_bytes()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new BigBodyFault { Bytes = 3_000_001 }, times: 1);
        visit.Sandbox.Faults.Add(new BigBodyFault { Bytes = 3_000_001, Chunked = true });

        var whole = await visit.GetAsync("/v1/users/me");
        var chunked = await visit.GetAsync("/v1/users/me");

        Assert.Equal(3_000_001, whole.Bytes.Length);
        Assert.Equal("3000001", whole.Header("content-length"));
        Assert.Equal(whole.Bytes, chunked.Bytes);
        Assert.Null(chunked.Header("content-length"));
        Assert.Equal("list", (string?)whole.Done()["object"]);
    }

    [Fact]
    public async Task A_trickle_brings_the_right_answer_in_the_end()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new TrickleFault { Bytes = 100, PauseMs = 1000 });

        using var response = await visit.OpenAsync(HttpMethod.Get, "/v1/users/me");
        var length = int.Parse(response.Content.Headers.NonValidated["Content-Length"].ToString(), CultureInfo.InvariantCulture);
        var body = response.Content.ReadAsStringAsync(Visit.Stop);
        Assert.False(body.IsCompleted);
        while (!body.IsCompleted)
        {
            visit.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(length, (await body).Length);
        Assert.Equal("demo", (string?)JsonNode.Parse(await body)!["name"]);
    }
}
