using System.Text.Json.Nodes;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>What differs between the versions of the API.</summary>
public sealed class VersionTests
{
    private const string Old = "2022-06-28";
    private const string Middle = "2025-09-03";
    private const string New = "2026-03-11";

    [Fact]
    public async Task A_request_without_a_version_is_told_so()
    {
        await using var visit = await Visit.StartAsync();
        visit.Version = "";

        var reply = await visit.GetAsync("/v1/users/me");

        Assert.Equal(
            "Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`.",
            reply.IsError(400, "missing_version").Message);
    }

    [Fact]
    public async Task An_unknown_version_is_refused_with_the_known_ones()
    {
        await using var visit = await Visit.StartAsync();
        visit.Version = "2099-01-01";

        var reply = await visit.GetAsync("/v1/users/me");

        Assert.Contains("or `\"2026-03-11\"`, instead was `\"2099-01-01\"`", reply.IsError(400, "validation_error").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2021-05-13")]
    [InlineData("2021-08-16")]
    [InlineData("2022-02-22")]
    [InlineData(Old)]
    [InlineData(Middle)]
    [InlineData(New)]
    public async Task Every_released_version_is_understood(string version)
    {
        await using var visit = await Visit.StartAsync();
        visit.Version = version;

        (await visit.GetAsync("/v1/users/me")).Done();
    }

    [Fact]
    public async Task A_database_has_its_schema_until_data_sources_have_it()
    {
        await using var visit = await Visit.StartAsync();

        visit.Version = Old;
        var before = (await visit.GetAsync($"/v1/databases/{Visit.TaskDatabase}")).Done();
        visit.Version = Middle;
        var after = (await visit.GetAsync($"/v1/databases/{Visit.TaskDatabase}")).Done();

        Assert.Equal("title", (string?)before["properties"]!["Name"]!["id"]);
        Assert.False(before.ContainsKey("data_sources"));
        Assert.Equal(Visit.Tasks, (string?)after["data_sources"]![0]!["id"]);
        Assert.False(after.ContainsKey("properties"));
    }

    [Theory]
    [InlineData(Old, "/v1/databases/" + Visit.TaskDatabase, "/v1/data_sources/" + Visit.Tasks)]
    [InlineData(Middle, "/v1/data_sources/" + Visit.Tasks, "/v1/databases/" + Visit.TaskDatabase)]
    [InlineData(New, "/v1/data_sources/" + Visit.Tasks, "/v1/databases/" + Visit.TaskDatabase)]
    public async Task Rows_are_queried_where_the_version_has_them(string version, string there, string notThere)
    {
        await using var visit = await Visit.StartAsync();
        visit.Version = version;

        Assert.Equal(5, (await visit.PostAsync($"{there}/query", new JsonObject())).Results.Count);
        (await visit.PostAsync($"{notThere}/query", new JsonObject())).IsError(400, "invalid_request_url");
    }

    [Fact]
    public async Task A_row_names_the_parent_that_the_version_knows()
    {
        await using var visit = await Visit.StartAsync();

        visit.Version = Old;
        var before = (await visit.GetAsync($"/v1/pages/{Visit.FirstRow}")).Done()["parent"]!;
        visit.Version = Middle;
        var after = (await visit.GetAsync($"/v1/pages/{Visit.FirstRow}")).Done()["parent"]!;

        Assert.Equal($$"""{"type":"database_id","database_id":"{{Visit.TaskDatabase}}"}""", before.ToJsonString());
        Assert.Equal($$"""{"type":"data_source_id","data_source_id":"{{Visit.Tasks}}","database_id":"{{Visit.TaskDatabase}}"}""", after.ToJsonString());
    }

    [Theory]
    [InlineData(Old, "database", "data_source")]
    [InlineData(Middle, "data_source", "database")]
    public async Task A_search_filters_by_the_word_of_the_version(string version, string word, string otherWord)
    {
        await using var visit = await Visit.StartAsync();
        visit.Version = version;

        var found = (await visit.PostAsync("/v1/search", Filter(word))).Done();

        Assert.Equal(word, (string?)found["results"]![0]!["object"]);
        Assert.Equal($"page_or_{word}", (string?)found["type"]);
        (await visit.PostAsync("/v1/search", Filter(otherWord))).IsError(400, "validation_error");

        static JsonObject Filter(string value) => new() { ["filter"] = new JsonObject { ["property"] = "object", ["value"] = value } };
    }

    [Theory]
    [InlineData(Middle, true)]
    [InlineData(New, false)]
    public async Task Archived_is_a_word_of_the_past(string version, bool isKnown)
    {
        await using var visit = await Visit.StartAsync();
        visit.Version = version;

        var page = (await visit.GetAsync($"/v1/pages/{Visit.FirstRow}")).Done();
        var change = await visit.PatchAsync($"/v1/pages/{Visit.FirstRow}", new JsonObject { ["archived"] = true });

        Assert.Equal(isKnown, page.ContainsKey("archived"));
        Assert.False((bool)page["in_trash"]!);
        Assert.Equal(isKnown ? 200 : 400, change.Status);
    }

    [Theory]
    [InlineData(Middle, true)]
    [InlineData(New, false)]
    public async Task After_gave_way_to_position(string version, bool isKnown)
    {
        await using var visit = await Visit.StartAsync();
        visit.Version = version;
        var first = (string)(await visit.GetAsync($"/v1/blocks/{Visit.Home}/children?page_size=1")).Results[0]!["id"]!;
        var body = new JsonObject { ["children"] = new JsonArray(ResponseTests.Paragraph("second")) };

        body["after"] = first;
        var after = await visit.PatchAsync($"/v1/blocks/{Visit.Home}/children", body);
        body.Remove("after");
        body["position"] = new JsonObject { ["type"] = "after_block", ["after_block"] = new JsonObject { ["id"] = first } };
        var position = await visit.PatchAsync($"/v1/blocks/{Visit.Home}/children", body);

        Assert.Equal(isKnown ? 200 : 400, after.Status);
        Assert.Equal(200, position.Status);
        var second = (await visit.GetAsync($"/v1/blocks/{Visit.Home}/children?page_size=2")).Results[1]!;
        Assert.Equal("second", (string?)second["paragraph"]!["rich_text"]![0]!["plain_text"]);
    }

    [Theory]
    [InlineData(Middle, "transcription")]
    [InlineData(New, "meeting_notes")]
    public async Task A_meeting_note_is_called_what_the_version_calls_it(string version, string type)
    {
        await using var visit = await Visit.StartAsync();
        visit.Version = version;
        var id = (string)(await visit.PostAsync("/v1/blocks/meeting_notes/query", new JsonObject())).Results[0]!["id"]!;

        Assert.Equal(type, (string?)(await visit.GetAsync($"/v1/blocks/{id}")).Done()["type"]);
    }
}
