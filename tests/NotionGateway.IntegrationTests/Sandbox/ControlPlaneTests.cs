using System.Text.Json.Nodes;
using NotionSandbox.Faults;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>Other programs observe and control the sandbox over HTTP.</summary>
public sealed class ControlPlaneTests
{
    [Fact]
    public async Task It_says_what_is_there()
    {
        await using var visit = await Visit.StartAsync();

        var overview = (await visit.GetAsync("/_sandbox")).Done();

        Assert.Equal(visit.Sandbox.BaseUrl.GetLeftPart(UriPartial.Authority), (string?)overview["base_url"]);
        Assert.Equal("""["demo"]""", overview["connections"]!.ToJsonString());
        Assert.Equal(0, (int)overview["received"]!);
    }

    [Fact]
    public async Task What_was_received_can_be_narrowed_down_and_forgotten()
    {
        await using var visit = await Visit.StartAsync();
        await visit.GetAsync("/v1/users/me");
        await visit.GetAsync("/v1/nowhere");
        await visit.PostAsync("/v1/search", new JsonObject { ["query"] = "x" });

        var all = (await visit.GetAsync("/_sandbox/received?limit=2")).Done();
        var post = (await visit.GetAsync("/_sandbox/received?method=POST&connection=demo&path=/v1/search&status=200")).Done()["requests"]!.AsArray();

        Assert.Equal(3, (int)all["total"]!);
        Assert.Equal("""{"200":2,"400":1}""", all["statuses"]!.ToJsonString());
        Assert.Equal(["/v1/nowhere", "/v1/search"], all["requests"]!.AsArray().Select(request => (string?)request!["target"]));
        Assert.Equal("""{"query":"x"}""", (string?)Assert.Single(post)!["body"]);
        Assert.Contains(post[0]!["headers"]!.AsArray(), header => header!.ToJsonString() == $$"""["Authorization","Bearer {{visit.Demo.Token}}"]""");
        await visit.DeleteAsync("/_sandbox/received");
        Assert.Equal(0, visit.Sandbox.Received.Total);
    }

    public static TheoryData<string, Type> Faults() => new()
    {
        { """{"kind":"rate_limited","retry_after":["3"],"reason":"public_api_request_blocked"}""", typeof(RateLimitedFault) },
        { """{"kind":"status","status":529}""", typeof(StatusFault) },
        { """{"kind":"saved"}""", typeof(SavedFault) },
        { """{"kind":"edge_block"}""", typeof(EdgeBlockFault) },
        { """{"kind":"cut_off","point":"mid_body","chunked":true,"reset":true,"performs":false}""", typeof(CutOffFault) },
        { """{"bytes":3,"pause_ms":5,"kind":"trickle"}""", typeof(TrickleFault) },
        { """{"kind":"big_body","bytes":1000000}""", typeof(BigBodyFault) },
        { """{"kind":"raw","text":"HTTP/1.1 200 OK\r\n\r\n"}""", typeof(RawFault) },
        { """{"kind":"late","delay_ms":3000}""", typeof(LateFault) },
        { """{"kind":"hold","before":true}""", typeof(HoldFault) },
        { """{"kind":"oauth_error","code":"invalid_grant","dialect":"open_api"}""", typeof(OAuthErrorFault) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_kind_of_fault_can_be_ordered(string fault, Type kind)
    {
        await using var visit = await Visit.StartAsync();
        var rule = new JsonObject
        {
            ["method"] = "GET",
            ["path"] = "/v1/users",
            ["connection"] = "demo",
            ["skip"] = 1,
            ["times"] = 2,
            ["fault"] = JsonNode.Parse(fault),
        };

        var added = (await visit.PostAsync("/_sandbox/faults", rule)).Done();

        var active = Assert.Single(visit.Sandbox.Faults.All);
        Assert.IsType(kind, active.Rule.Fault);
        Assert.Equal(("GET", "/v1/users", "demo", 1, 2), (active.Rule.Method, active.Rule.Path, active.Rule.Connection, active.Rule.Skip, active.Rule.Times));
        (await visit.DeleteAsync($"/_sandbox/faults/{added["number"]}")).List();
        Assert.Empty(visit.Sandbox.Faults.All);
    }

    [Theory]
    [InlineData("""{"fault":{"kind":"earthquake"}}""")]
    [InlineData("""{"fault":{"kind":"status"}}""")]
    [InlineData("""{"fault":{"kind":"status","status":500,"colour":"red"}}""")]
    [InlineData("""{}""")]
    [InlineData("""{"skip":"one","fault":{"kind":"saved"}}""")]
    public async Task A_fault_that_makes_no_sense_is_refused_with_a_sentence(string rule)
    {
        await using var visit = await Visit.StartAsync();

        var reply = await visit.PostAsync("/_sandbox/faults", JsonNode.Parse(rule));

        Assert.Equal(400, reply.Status);
        Assert.NotEmpty((string)reply.Json["error"]!);
        Assert.Empty(visit.Sandbox.Faults.All);
    }

    [Fact]
    public async Task A_fault_strikes_whoever_ordered_it()
    {
        await using var visit = await Visit.StartAsync();
        await visit.PostAsync("/_sandbox/faults", JsonNode.Parse("""{"fault":{"kind":"rate_limited","retry_after":["7"]},"times":1}"""));

        Assert.Equal("7", (await visit.GetAsync("/v1/users/me")).IsError(429, "rate_limited").Header("Retry-After"));
        Assert.Equal(1, (int)(await visit.GetAsync("/_sandbox/faults")).List()[0]!["struck"]!);
    }

    [Fact]
    public async Task Limits_can_be_set_and_windows_be_read()
    {
        await using var visit = await Visit.StartAsync();
        await visit.PutAsync("/_sandbox/limits", JsonNode.Parse("""{"connection":"demo","size":1,"window_seconds":10}""")!);
        await visit.PutAsync("/_sandbox/limits", JsonNode.Parse("""{"connection":"demo","method":"POST","path":"/v1/search","size":0,"window_seconds":10}""")!);

        await visit.GetAsync("/v1/users/me");
        (await visit.GetAsync("/v1/users/me")).IsError(429, "rate_limited");
        visit.Clock.Advance(TimeSpan.FromSeconds(10));
        var search = (await visit.PostAsync("/v1/search")).IsError(429, "rate_limited");

        Assert.Equal("public_api_endpoint_rate_limit", (string?)search.Json["additional_data"]!["rate_limit_reason"]);
        var demo = (await visit.GetAsync("/_sandbox/windows")).Done()["demo"]!;
        Assert.Equal((2, 2), ((int)demo["max_in_one_window"]!, demo["windows"]!.AsArray().Count));
        Assert.Equal("""{"start":"2026-06-01T12:00:00.000Z","arrived":2,"admitted":1,"refused":1}""", demo["windows"]![0]!.ToJsonString());
        await visit.PutAsync("/_sandbox/limits", JsonNode.Parse("""{"connection":"demo","method":"POST","path":"/v1/search","size":null}""")!);
        visit.Clock.Advance(TimeSpan.FromSeconds(10));
        (await visit.PostAsync("/v1/search")).Done();
    }

    [Fact]
    public async Task A_workspace_and_a_block_can_be_ordered_too()
    {
        await using var visit = await Visit.StartAsync();

        await visit.PutAsync("/_sandbox/limits", new JsonObject { ["workspace"] = visit.Demo.WorkspaceId, ["size"] = 0 });
        var first = await visit.GetAsync("/v1/users/me");
        await visit.PatchAsync("/_sandbox/connections/demo", new JsonObject { ["blocked"] = true });
        var second = await visit.GetAsync("/v1/users/me");

        Assert.Equal("public_api_space_request_rate_limit", (string?)first.Json["additional_data"]!["rate_limit_reason"]);
        Assert.Equal("public_api_request_blocked", (string?)second.Json["additional_data"]!["rate_limit_reason"]);
    }

    [Fact]
    public async Task Connections_and_their_tokens_can_be_managed()
    {
        await using var visit = await Visit.StartAsync();

        var added = (await visit.PostAsync(
            "/_sandbox/connections", JsonNode.Parse("""{"name":"blue","token":"ntn_blue","capabilities":["read_content"],"plan":"free"}"""))).Done();
        var rotated = (await visit.PostAsync("/_sandbox/connections/blue/rotate", JsonNode.Parse("""{"old":"works"}"""))).Done();

        Assert.Equal("ntn_blue", (string?)added["token"]);
        Assert.Equal(2, rotated["live_tokens"]!.AsArray().Count);
        (await visit.GetAsync("/v1/users/me", "ntn_blue")).Done();
        (await visit.GetAsync("/v1/users", "ntn_blue")).IsError(403, "restricted_resource");
        (await visit.PostAsync("/_sandbox/connections/blue/revoke", JsonNode.Parse("""{"token":"ntn_blue"}"""))).Done();
        (await visit.GetAsync("/v1/users/me", "ntn_blue")).IsError(401, "unauthorized");
        (await visit.GetAsync("/v1/users/me", (string?)rotated["token"])).Done();
        (await visit.PostAsync("/_sandbox/connections/blue/revoke")).Done();
        (await visit.GetAsync("/v1/users/me", (string?)rotated["token"])).IsError(401, "unauthorized");
    }

    [Theory]
    [InlineData("GET", "/_sandbox/nothing", 404)]
    [InlineData("PUT", "/_sandbox/received", 404)]
    [InlineData("DELETE", "/_sandbox/faults/99", 404)]
    [InlineData("POST", "/_sandbox/connections/nobody/rotate", 404)]
    [InlineData("POST", "/_sandbox/connections", 400)]
    [InlineData("PUT", "/_sandbox/limits", 400)]
    public async Task What_makes_no_sense_is_refused_with_a_sentence(string method, string target, int status)
    {
        await using var visit = await Visit.StartAsync();

        var reply = await visit.SendAsync(new HttpMethod(method), target, method == "GET" ? null : new JsonObject());

        Assert.Equal(status, reply.Status);
        Assert.NotEmpty((string)reply.Json["error"]!);
    }

    [Fact]
    public async Task It_is_not_recorded_nor_counted_nor_struck()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new StatusFault { Status = 500 });

        (await visit.GetAsync("/_sandbox")).Done();

        Assert.Equal(0, visit.Sandbox.Received.Total);
        Assert.Empty(visit.Sandbox.Windows["demo"].All);
    }

    [Fact]
    public async Task A_name_from_elsewhere_is_not_answered()
    {
        await using var visit = await Visit.StartAsync();
        using var wire = visit.Wire();

        await wire.SayAsync("POST /_sandbox/reset HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 403 ", (await wire.HearAsync()).Text, StringComparison.Ordinal);
    }
}
