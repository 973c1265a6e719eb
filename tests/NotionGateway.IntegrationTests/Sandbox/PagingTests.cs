using System.Text.Json.Nodes;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>Lists come a page at a time.</summary>
public sealed class PagingTests
{
    [Fact]
    public async Task A_cursor_leads_to_the_next_page()
    {
        await using var visit = await Visit.StartAsync();
        var lines = new List<string>();
        string? cursor = null;
        var pages = 0;

        do
        {
            var page = (await visit.GetAsync($"/v1/blocks/{Visit.LongPage}/children?page_size=100{(cursor is null ? "" : "&start_cursor=" + cursor)}")).Done();
            lines.AddRange(page["results"]!.AsArray().Select(block => (string)block!["paragraph"]!["rich_text"]![0]!["plain_text"]!));
            cursor = (string?)page["next_cursor"];
            Assert.Equal(cursor is not null, (bool)page["has_more"]!);
            pages++;
        }
        while (cursor is not null);

        Assert.Equal(3, pages);
        Assert.Equal(Enumerable.Range(1, 250).Select(line => $"Line {line}"), lines);
    }

    [Fact]
    public async Task A_page_holds_a_hundred_unless_told_otherwise()
    {
        await using var visit = await Visit.StartAsync();

        Assert.Equal(100, (await visit.GetAsync($"/v1/blocks/{Visit.LongPage}/children")).Results.Count);
    }

    [Fact]
    public async Task A_cursor_of_another_list_is_refused()
    {
        await using var visit = await Visit.StartAsync();
        var cursor = (string?)(await visit.GetAsync($"/v1/blocks/{Visit.LongPage}/children?page_size=1")).Json["next_cursor"];

        (await visit.GetAsync($"/v1/blocks/{Visit.Home}/children?start_cursor={cursor}")).IsError(400, "validation_error");
        (await visit.GetAsync($"/v1/blocks/{Visit.Home}/children?start_cursor={Visit.Nowhere}")).IsError(400, "validation_error");
    }

    [Fact]
    public async Task A_query_is_paged_by_its_body()
    {
        await using var visit = await Visit.StartAsync();
        var body = new JsonObject
        {
            ["page_size"] = 2,
            ["sorts"] = new JsonArray(new JsonObject { ["property"] = "Estimate", ["direction"] = "descending" }),
        };
        var estimates = new List<int>();

        for (var more = true; more;)
        {
            var page = (await visit.PostAsync($"/v1/data_sources/{Visit.Tasks}/query", body)).Done();
            estimates.AddRange(page["results"]!.AsArray().Select(row => (int)row!["properties"]!["Estimate"]!["number"]!));
            body["start_cursor"] = (string?)page["next_cursor"];
            more = (bool)page["has_more"]!;
        }

        Assert.Equal([8, 5, 3, 2, 1], estimates);
    }

    [Fact]
    public async Task The_list_of_uploads_takes_the_id_of_an_upload_as_a_cursor()
    {
        await using var visit = await Visit.StartAsync();
        foreach (var name in new[] { "1.txt", "2.txt", "3.txt" })
        {
            (await visit.PostAsync("/v1/file_uploads", new JsonObject { ["filename"] = name })).Done();
        }

        var all = (await visit.GetAsync("/v1/file_uploads")).Results.Select(upload => (string)upload!["id"]!).ToList();

        Assert.Equal(all[1..], (await visit.GetAsync($"/v1/file_uploads?start_cursor={all[0]}")).Results.Select(upload => (string)upload!["id"]!));
        Assert.Empty((await visit.GetAsync($"/v1/file_uploads?start_cursor={all[2].ToUpperInvariant()}")).Results);
        (await visit.GetAsync($"/v1/file_uploads?start_cursor={Visit.Nowhere}")).IsError(400, "validation_error");
    }

    [Fact]
    public async Task One_property_is_paged_by_itself()
    {
        await using var visit = await Visit.StartAsync();
        var words = new JsonArray([.. Enumerable.Range(1, 3).Select(word => new JsonObject { ["text"] = new JsonObject { ["content"] = $"{word} " } })]);
        await visit.PatchAsync(
            $"/v1/pages/{Visit.FirstRow}", new JsonObject { ["properties"] = new JsonObject { ["Notes"] = new JsonObject { ["rich_text"] = words } } });

        var first = (await visit.GetAsync($"/v1/pages/{Visit.FirstRow}/properties/%3Bx%40?page_size=2")).Done();
        var next = (string)first["property_item"]!["next_url"]!;
        var second = (await visit.GetAsync(next["https://api.notion.com".Length..])).Done();

        Assert.Equal(2, first["results"]!.AsArray().Count);
        Assert.Equal("3 ", (string?)second["results"]![0]!["rich_text"]!["plain_text"]);
        Assert.Null((string?)second["next_cursor"]);
    }
}
