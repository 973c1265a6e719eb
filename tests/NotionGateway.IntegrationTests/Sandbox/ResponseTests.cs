using System.Text.Json.Nodes;
using NotionGateway.TestKit;
using NotionSandbox;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>What every answer has, and the error that belongs to each mistake.</summary>
public sealed class ResponseTests
{
    [Fact]
    public async Task The_bot_describes_itself_in_the_recorded_shape()
    {
        await using var visit = await Visit.StartAsync();

        var me = (await visit.GetAsync("/v1/users/me")).Done();

        Assert.Equal(
            $$$"""{"object":"user","id":"{{{visit.Demo.BotId}}}","name":"demo","avatar_url":null,"type":"bot","bot":""" +
            """{"owner":{"type":"workspace","workspace":true},"workspace_name":"Demo """ +
            $$$"""workspace","workspace_id":"{{{visit.Demo.WorkspaceId}}}","workspace_limits":""" +
            $$$"""{"max_file_upload_size_in_bytes":5368709120}},"request_id":"{{{me["request_id"]}}}"}""",
            me.ToJsonString());
    }

    [Fact]
    public async Task Every_answer_has_the_headers_of_a_real_one()
    {
        await using var visit = await Visit.StartAsync();

        foreach (var reply in new[] { await visit.GetAsync("/v1/users/me"), await visit.GetAsync("/v1/nowhere") })
        {
            Assert.Equal("application/json; charset=utf-8", reply.Header("content-type"));
            Assert.Equal((string?)reply.Json["request_id"], reply.Header("x-notion-request-id"));
            Assert.Matches("^[0-9a-f]{16}-[A-Z]{3}$", reply.Header("cf-ray"));
            Assert.StartsWith("W/\"", reply.Header("etag"), StringComparison.Ordinal);
            Assert.StartsWith("_cfuvid=", reply.Header("set-cookie"), StringComparison.Ordinal);
            Assert.Equal("Accept-Encoding", reply.Header("vary"));
            Assert.Equal("Express", reply.Header("x-powered-by"));
            Assert.NotNull(reply.Header("date"));
        }
    }

    [Fact]
    public async Task No_two_answers_have_the_same_request_id()
    {
        await using var visit = await Visit.StartAsync();
        var ids = new HashSet<string>();

        for (var i = 0; i < 50; i++)
        {
            Assert.True(ids.Add((string)(await visit.GetAsync("/v1/users/me")).Json["request_id"]!));
        }
    }

    [Theory]
    [InlineData("GET", "/v1/invalid", 400, "invalid_request_url")]
    [InlineData("GET", "/", 400, "invalid_request_url")]
    [InlineData("PUT", "/v1/pages", 400, "invalid_request_url")]
    [InlineData("GET", "/v1/users/me/", 400, "invalid_request_url")]
    [InlineData("GET", "/v1/oauth/token", 400, "invalid_request_url")]
    [InlineData("GET", "/v1/pages/" + Visit.Nowhere, 404, "object_not_found")]
    [InlineData("GET", "/v1/pages/nonsense", 400, "validation_error")]
    [InlineData("GET", "/v1/pages/%07", 400, "validation_error")]
    [InlineData("GET", "/v1/async_tasks/task_unknown", 404, "object_not_found")]
    [InlineData("GET", "/v1/comments", 400, "validation_error")]
    [InlineData("GET", "/v1/users?page_size=101", 400, "validation_error")]
    [InlineData("GET", "/v1/users?page_size=many", 400, "validation_error")]
    public async Task A_mistake_in_the_target_is_named(string method, string target, int status, string code)
    {
        await using var visit = await Visit.StartAsync();

        (await visit.SendAsync(new HttpMethod(method), target, null)).IsError(status, code);
    }

    [Theory]
    [InlineData("{", "invalid_json")]
    [InlineData("{\"query\":\"\\ud800\"}", "invalid_json")]
    [InlineData("[]", "validation_error")]
    [InlineData("null", "validation_error")]
    [InlineData("{\"page_size\":\"3\"}", "validation_error")]
    [InlineData("{\"page_size\":0}", "validation_error")]
    [InlineData("{\"start_cursor\":7}", "validation_error")]
    public async Task A_mistake_in_the_body_is_named(string body, string code)
    {
        await using var visit = await Visit.StartAsync();

        (await visit.SendContentAsync(HttpMethod.Post, "/v1/search", new StringContent(body))).IsError(400, code);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("{}")]
    public async Task A_search_needs_no_body(string body)
    {
        await using var visit = await Visit.StartAsync();

        (await visit.SendContentAsync(HttpMethod.Post, "/v1/search", new StringContent(body))).Done();
    }

    [Fact]
    public async Task A_page_that_does_not_exist_is_refused_in_the_recorded_words()
    {
        await using var visit = await Visit.StartAsync();

        var reply = (await visit.GetAsync($"/v1/pages/{Visit.Nowhere}")).IsError(404, "object_not_found");

        Assert.Equal(
            $"Could not find page with ID: {Visit.Nowhere}. Make sure the relevant pages and databases are shared with your integration \"demo\".",
            reply.Message);
        Assert.Equal(visit.Demo.BotId, (string?)reply.Json["additional_data"]!["integration_id"]);
    }

    [Fact]
    public async Task A_body_of_more_than_500_KB_is_refused_although_it_was_read()
    {
        await using var visit = await Visit.StartAsync();

        (await visit.PostAsync("/v1/search", new JsonObject { ["query"] = new string('x', 500 * 1024) })).IsError(400, "validation_error");

        Assert.True(visit.Sandbox.Received.All[0].BodyLength > 500 * 1024);
    }

    [Theory]
    [InlineData(101, 1)]
    [InlineData(11, 99)]
    public async Task Too_many_blocks_are_refused_and_none_is_added(int blocks, int inside)
    {
        await using var visit = await Visit.StartAsync();
        var children = Enumerable.Range(0, blocks).Select(_ => Toggle(inside));

        (await visit.PatchAsync(
            $"/v1/blocks/{Visit.Home}/children", new JsonObject { ["children"] = new JsonArray([.. children]) })).IsError(400, "validation_error");

        Assert.Equal(11, (await visit.GetAsync($"/v1/blocks/{Visit.Home}/children")).Results.Count);
    }

    [Fact]
    public async Task Text_of_more_than_2000_letters_is_refused_with_both_lengths()
    {
        await using var visit = await Visit.StartAsync();

        var reply = await visit.PatchAsync(
            $"/v1/blocks/{Visit.Home}/children", new JsonObject { ["children"] = new JsonArray(Paragraph(new string('x', 2001))) });

        Assert.Equal(
            "body failed validation: body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`, instead was `2001`.",
            reply.IsError(400, "validation_error").Message);
    }

    [Fact]
    public async Task Answers_are_compressed_for_those_who_accept_it_when_asked_to()
    {
        await using var visit = await Visit.StartAsync(new SandboxOptions { Compress = true });
        using var wire = visit.Wire();

        await wire.SayAsync(Wire.Get("/v1/users/me", visit.Demo.Token, "Accept-Encoding: gzip\r\nConnection: close\r\n"));

        Assert.Contains("Content-Encoding: gzip\r\n", (await wire.HearAsync()).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Starting_takes_no_time_worth_mentioning()
    {
        // Compared with a server that does nothing, until the machine has a moment for both in turn.
        var (sandbox, bare) = (TimeSpan.Zero, TimeSpan.Zero);
        await SafetyNet.UntilAsync(
            async () =>
            {
                sandbox = await TimedAsync(async () => await (await SandboxServer.StartAsync(null, Visit.Stop)).DisposeAsync());
                bare = await TimedAsync(async () =>
                {
                    var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateEmptyBuilder(new());
                    Microsoft.AspNetCore.Hosting.WebHostBuilderKestrelExtensions.UseKestrelCore(builder.WebHost);
                    await using var server = builder.Build();
                    server.Urls.Add("http://127.0.0.1:0");
                    await server.StartAsync();
                });
                return sandbox < 10 * bare;
            },
            () => $"{sandbox.TotalMilliseconds} ms, and {bare.TotalMilliseconds} ms for a bare server");

        static async Task<TimeSpan> TimedAsync(Func<Task> act)
        {
            var begun = TimeProvider.System.GetTimestamp();
            await act();
            return TimeProvider.System.GetElapsedTime(begun);
        }
    }

    [Fact]
    public async Task Two_sandboxes_have_loopback_ports_of_their_own()
    {
        await using var one = await Visit.StartAsync();
        await using var other = await Visit.StartAsync();

        Assert.True(one.Sandbox.BaseUrl.IsLoopback);
        Assert.Equal("127.0.0.1", one.Sandbox.BaseUrl.Host);
        Assert.NotEqual(one.Sandbox.BaseUrl, other.Sandbox.BaseUrl);
    }

    internal static JsonObject Paragraph(string text) => new()
    {
        ["paragraph"] = new JsonObject { ["rich_text"] = new JsonArray(new JsonObject { ["text"] = new JsonObject { ["content"] = text } }) },
    };

    private static JsonObject Toggle(int inside) => new()
    {
        ["toggle"] = new JsonObject
        {
            ["rich_text"] = new JsonArray(),
            ["children"] = new JsonArray([.. Enumerable.Range(0, inside).Select(_ => Paragraph("x"))]),
        },
    };
}
