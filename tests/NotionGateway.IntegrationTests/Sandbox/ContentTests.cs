using System.Text.Json.Nodes;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>Pages, blocks, databases and comments behave as they do in Notion.</summary>
public sealed class ContentTests
{
    internal static JsonObject NewPage(string parent, string title) => new()
    {
        ["parent"] = new JsonObject { ["page_id"] = parent },
        ["properties"] = new JsonObject { ["title"] = new JsonArray(new JsonObject { ["text"] = new JsonObject { ["content"] = title } }) },
    };

    [Fact]
    public async Task A_page_is_created_and_read_again()
    {
        await using var visit = await Visit.StartAsync();

        var created = (await visit.PostAsync("/v1/pages", NewPage(Visit.Home, "Grüße, 世界!"))).Done();
        var read = (await visit.GetAsync($"/v1/pages/{created["id"]!.ToString().Replace("-", "", StringComparison.Ordinal)}")).Done();

        created.Remove("request_id");
        read.Remove("request_id");
        Assert.Equal(created.ToJsonString(), read.ToJsonString());
        Assert.Equal("2026-06-01T12:00:00.000Z", (string?)read["created_time"]);
        Assert.Equal(visit.Demo.BotId, (string?)read["created_by"]!["id"]);
        Assert.StartsWith("https://app.notion.com/p/Gr-e-", (string?)read["url"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_shows_every_property_of_its_data_source()
    {
        await using var visit = await Visit.StartAsync();
        var body = new JsonObject
        {
            ["parent"] = new JsonObject { ["data_source_id"] = Visit.Tasks },
            ["properties"] = new JsonObject { ["Tags"] = new JsonObject { ["multi_select"] = new JsonArray(new JsonObject { ["name"] = "new" }) } },
        };

        var row = (await visit.PostAsync("/v1/pages", body)).Done()["properties"]!.AsObject();

        Assert.Equal(12, row.Count);
        Assert.Equal("new", (string?)row["Tags"]!["multi_select"]![0]!["name"]);
        Assert.Equal(6, (int)row["Number"]!["unique_id"]!["number"]!);
        Assert.Equal("null", row["Due"]!["date"]?.ToJsonString() ?? "null");
        var source = (await visit.GetAsync($"/v1/data_sources/{Visit.Tasks}")).Done();
        Assert.Contains(source["properties"]!["Tags"]!["multi_select"]!["options"]!.AsArray(), option => (string?)option!["name"] == "new");
    }

    [Theory]
    [InlineData("Estimate", """{"number":"three"}""", "Estimate is expected to be number.")]
    [InlineData("Status", """{"status":{"name":"Never"}}""", "status option \"Never\" does not exist for property \"Status\".")]
    [InlineData("Nope", """{"number":1}""", "Nope is not a property that exists.")]
    [InlineData("Number", """{"unique_id":{"number":1}}""", "Number is a computed property and cannot be written.")]
    [InlineData("Reviewed", """{"number":1}""", "Reviewed is expected to be checkbox.")]
    public async Task A_wrong_value_changes_nothing(string property, string value, string message)
    {
        await using var visit = await Visit.StartAsync();
        var properties = new JsonObject { ["Link"] = new JsonObject { ["url"] = "https://changed" }, [property] = JsonNode.Parse(value) };

        var reply = await visit.PatchAsync($"/v1/pages/{Visit.FirstRow}", new JsonObject { ["properties"] = properties });

        Assert.Equal(message, reply.IsError(400, "validation_error").Message);
        Assert.Equal("https://example.com/tasks/1", (string?)(await visit.GetAsync($"/v1/pages/{Visit.FirstRow}")).Done()["properties"]!["Link"]!["url"]);
    }

    [Theory]
    [InlineData("%3Bx%40")]
    [InlineData(";x@")]
    [InlineData("%253Bx%2540")]
    [InlineData("Notes")]
    public async Task A_property_is_found_by_its_id_however_it_is_written(string id)
    {
        await using var visit = await Visit.StartAsync();

        var item = (await visit.GetAsync($"/v1/pages/{Visit.FirstRow}/properties/{id}")).Done();
        var page = (await visit.GetAsync($"/v1/pages/{Visit.FirstRow}?filter_properties={id}&filter_properties=title")).Done();

        Assert.Equal("%3Bx%40", (string?)item["property_item"]!["id"]);
        Assert.Equal(["Name", "Notes"], page["properties"]!.AsObject().Select(property => property.Key));
    }

    [Theory]
    [InlineData("""{"property":"Status","status":{"equals":"Done"}}""", "1")]
    [InlineData("""{"property":"est1","number":{"greater_than":2}}""", "1,3,4")]
    [InlineData("""{"property":"Tags","multi_select":{"is_empty":true}}""", "5")]
    [InlineData("""{"property":"Due","date":{"on_or_after":"2026-04-01"}}""", "4,5")]
    [InlineData("""{"property":"Reviewed","checkbox":{"equals":true}}""", "1")]
    [InlineData("""{"property":"Name","title":{"contains":"THE"}}""", "1,2,3")]
    [InlineData("""{"property":"Owner","people":{"contains":"beef0001-0000-4000-8000-000000000002"}}""", "")]
    [InlineData(
        """{"and":[{"property":"Priority","select":{"equals":"High"}},{"or":[{"property":"Estimate","number":""" +
        """{"equals":1}},{"property":"Estimate","number":{"equals":2}}]}]}""",
        "2,5")]
    [InlineData("""{"timestamp":"created_time","created_time":{"on_or_before":"2026-03-02T09:13:00.000Z"}}""", "1")]
    public async Task A_query_finds_the_rows_that_match(string filter, string rows)
    {
        await using var visit = await Visit.StartAsync();
        var body = new JsonObject { ["filter"] = JsonNode.Parse(filter), ["sorts"] = JsonNode.Parse("""[{"property":"Number","direction":"ascending"}]""") };

        var found = (await visit.PostAsync($"/v1/data_sources/{Visit.Tasks}/query", body)).Results;

        Assert.Equal(rows, string.Join(',', found.Select(row => row!["properties"]!["Number"]!["unique_id"]!["number"])));
    }

    [Fact]
    public async Task What_is_in_the_trash_is_out_of_sight_and_cannot_be_changed()
    {
        await using var visit = await Visit.StartAsync();
        await visit.DeleteAsync($"/v1/blocks/{Visit.FirstRow}");

        Assert.Equal(4, (await visit.PostAsync($"/v1/data_sources/{Visit.Tasks}/query", new JsonObject())).Results.Count);
        Assert.Single((await visit.PostAsync($"/v1/data_sources/{Visit.Tasks}/query", new JsonObject { ["in_trash"] = true })).Results);
        (await visit.PatchAsync($"/v1/pages/{Visit.FirstRow}", new JsonObject { ["icon"] = null })).IsError(400, "validation_error");
        (await visit.PatchAsync($"/v1/pages/{Visit.FirstRow}", new JsonObject { ["in_trash"] = false })).Done();
        (await visit.PatchAsync($"/v1/pages/{Visit.FirstRow}", new JsonObject { ["icon"] = null })).Done();
    }

    [Fact]
    public async Task A_page_cannot_be_moved_into_itself()
    {
        await using var visit = await Visit.StartAsync();

        var into = new JsonObject { ["parent"] = new JsonObject { ["page_id"] = Visit.LongPage } };

        (await visit.PostAsync($"/v1/pages/{Visit.Home}/move", into)).IsError(400, "validation_error");
    }

    [Fact]
    public async Task A_template_is_copied_into_a_new_row()
    {
        await using var visit = await Visit.StartAsync();
        var template = (await visit.GetAsync($"/v1/data_sources/{Visit.Tasks}/templates")).Done()["templates"]![0]!;
        var body = new JsonObject
        {
            ["parent"] = new JsonObject { ["data_source_id"] = Visit.Tasks },
            ["template"] = new JsonObject { ["type"] = "template_id", ["template_id"] = (string?)template["id"] },
        };

        var row = (await visit.PostAsync("/v1/pages", body)).Done();

        Assert.Equal("New task", (string?)row["properties"]!["Name"]!["title"]![0]!["plain_text"]);
        Assert.Equal("to_do", (string?)(await visit.GetAsync($"/v1/blocks/{row["id"]}/children")).Results[0]!["type"]);
    }

    [Fact]
    public async Task Comments_of_others_do_not_exist_for_those_who_want_to_change_them()
    {
        await using var visit = await Visit.StartAsync();
        var theirs = (string)(await visit.GetAsync($"/v1/comments?block_id={Visit.Home}")).Results[0]!["id"]!;

        (await visit.GetAsync($"/v1/comments/{theirs}")).Done();
        (await visit.DeleteAsync($"/v1/comments/{theirs}")).IsError(404, "object_not_found");
    }

    [Fact]
    public async Task Work_that_may_take_longer_is_accepted_and_can_be_asked_after()
    {
        await using var visit = await Visit.StartAsync();
        var body = NewPage(Visit.Home, "Later");
        body["markdown"] = "# Hello";
        body["allow_async"] = true;

        var accepted = await visit.PostAsync("/v1/pages", body);
        var target = ((string)accepted.Json["status_url"]!)["https://api.notion.com".Length..];

        Assert.Equal(202, accepted.Status);
        Assert.Equal("queued", (string?)accepted.Json["status"]);
        Assert.Equal("running", (string?)(await visit.GetAsync(target)).Done()["status"]);
        var done = (await visit.GetAsync(target)).Done();
        Assert.Equal("succeeded", (string?)done["status"]);
        Assert.Equal("page", (string?)done["result"]!["object"]);
    }

    [Fact]
    public async Task Markdown_can_be_changed_in_the_middle()
    {
        await using var visit = await Visit.StartAsync();
        var page = (await visit.PostAsync(
            "/v1/pages", new JsonObject { ["parent"] = new JsonObject { ["page_id"] = Visit.Home }, ["markdown"] = "one\ntwo\nthree" })).Id;

        await EditAsync("insert_content", """{"content":"amid","after":"one"}""");
        await EditAsync("replace_content_range", """{"content":"2","content_range":"tw...o"}""");
        var last = await EditAsync("update_content", """{"content_updates":[{"old_str":"e","new_str":"E","replace_all_matches":true}]}""");

        Assert.Equal("onE\namid\n2\nthrEE", (string?)last.Done()["markdown"]);
        (await EditAsync("update_content", """{"content_updates":[{"old_str":"E","new_str":"e"}]}""")).IsError(400, "validation_error");
        (await EditAsync("update_content", """{"content_updates":[{"old_str":"nothing","new_str":"e"}]}""")).IsError(400, "validation_error");

        Task<Reply> EditAsync(string type, string edit) =>
            visit.PatchAsync($"/v1/pages/{page}/markdown", new JsonObject { ["type"] = type, [type] = JsonNode.Parse(edit) });
    }

    [Fact]
    public async Task Markdown_does_not_delete_child_pages_by_accident()
    {
        await using var visit = await Visit.StartAsync();
        var edit = new JsonObject { ["type"] = "replace_content", ["replace_content"] = new JsonObject { ["new_str"] = "gone" } };

        (await visit.PatchAsync($"/v1/pages/{Visit.Home}/markdown", edit)).IsError(400, "validation_error");
        edit["replace_content"]!["allow_deleting_content"] = true;

        Assert.Equal("gone", (string?)(await visit.PatchAsync($"/v1/pages/{Visit.Home}/markdown", edit)).Done()["markdown"]);
        Assert.True((bool)(await visit.GetAsync($"/v1/pages/{Visit.LongPage}")).Done()["in_trash"]!);
    }

    [Fact]
    public async Task The_last_view_of_a_database_stays()
    {
        await using var visit = await Visit.StartAsync();
        var views = (await visit.GetAsync($"/v1/views?database_id={Visit.TaskDatabase}")).Results.Select(view => (string?)view!["id"]).ToList();

        (await visit.DeleteAsync($"/v1/views/{views[0]}")).Done();

        (await visit.DeleteAsync($"/v1/views/{views[1]}")).IsError(400, "validation_error");
    }

    [Fact]
    public async Task The_rows_of_a_view_are_held_for_a_quarter_of_an_hour()
    {
        await using var visit = await Visit.StartAsync();
        var view = (string?)(await visit.GetAsync($"/v1/views?database_id={Visit.TaskDatabase}")).Results[0]!["id"];
        var query = (await visit.PostAsync($"/v1/views/{view}/queries", new JsonObject())).Id;
        await visit.DeleteAsync($"/v1/blocks/{Visit.FirstRow}");

        Assert.Equal(5, (await visit.GetAsync($"/v1/views/{view}/queries/{query}")).Results.Count);
        visit.Clock.Advance(TimeSpan.FromMinutes(15));
        (await visit.GetAsync($"/v1/views/{view}/queries/{query}")).IsError(404, "object_not_found");
    }

    [Fact]
    public async Task A_reset_brings_back_the_beginning()
    {
        await using var visit = await Visit.StartAsync();
        await visit.DeleteAsync($"/v1/blocks/{Visit.Home}");
        visit.Sandbox.Faults.Add(new NotionSandbox.Faults.StatusFault { Status = 500 });

        visit.Sandbox.Reset();

        Assert.False((bool)(await visit.GetAsync($"/v1/pages/{Visit.Home}")).Done()["in_trash"]!);
        Assert.Equal(1, visit.Sandbox.Received.Total);
    }
}
