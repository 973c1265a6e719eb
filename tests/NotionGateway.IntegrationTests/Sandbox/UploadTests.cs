using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using NotionSandbox.Connections;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>Files go up whole or in parts, within bounds and in time.</summary>
public sealed class UploadTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task A_file_goes_up_whole()
    {
        await using var visit = await Visit.StartAsync();
        var created = (await visit.PostAsync("/v1/file_uploads", new JsonObject { ["filename"] = "a.txt" })).Done();

        var sent = (await SendAsync(visit, created, 25)).Done();

        Assert.Equal($"https://api.notion.com/v1/file_uploads/{created["id"]}/send", (string?)created["upload_url"]);
        Assert.Equal("2026-06-01T13:00:00.000Z", (string?)created["expiry_time"]);
        Assert.Equal(("pending", "text/plain"), ((string?)created["status"], (string?)created["content_type"]));
        Assert.Equal(("uploaded", 25), ((string?)sent["status"], (int)sent["content_length"]!));
        (await SendAsync(visit, created, 25)).IsError(400, "validation_error");
    }

    [Fact]
    public async Task A_file_goes_up_in_parts_and_is_completed()
    {
        await using var visit = await Visit.StartAsync();
        var created = await NewAsync(visit, parts: 2);

        (await visit.PostAsync($"/v1/file_uploads/{created["id"]}/complete")).IsError(400, "validation_error");
        (await SendAsync(visit, created, 5 * MiB, "1")).Done();
        (await SendAsync(visit, created, 7, "2")).Done();
        var done = (await visit.PostAsync($"/v1/file_uploads/{created["id"]}/complete")).Done();

        Assert.EndsWith("/complete", (string?)created["complete_url"], StringComparison.Ordinal);
        Assert.Equal(("uploaded", (5 * MiB) + 7), ((string?)done["status"], (int)done["content_length"]!));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("3")]
    [InlineData("first")]
    [InlineData(null)]
    public async Task A_part_needs_a_number_in_range(string? number)
    {
        await using var visit = await Visit.StartAsync();

        (await SendAsync(visit, await NewAsync(visit, parts: 2), 5 * MiB, number)).IsError(400, "validation_error");
    }

    [Fact]
    public async Task Parts_but_the_last_must_not_be_small()
    {
        await using var visit = await Visit.StartAsync();
        var created = await NewAsync(visit, parts: 2);
        await SendAsync(visit, created, 100, "1");
        await SendAsync(visit, created, 100, "2");

        (await visit.PostAsync($"/v1/file_uploads/{created["id"]}/complete")).IsError(400, "validation_error");
    }

    [Theory]
    [InlineData(Plan.Plus, 20 * MiB, 200)]
    [InlineData(Plan.Plus, (20 * MiB) + 1, 400)]
    [InlineData(Plan.Free, 5 * MiB, 200)]
    [InlineData(Plan.Free, (5 * MiB) + 1, 400)]
    public async Task A_file_may_be_as_large_as_the_plan_and_one_request_allow(object plan, int size, int status)
    {
        await using var visit = await Visit.StartAsync();
        visit.Demo.Plan = (Plan)plan;
        var created = (await visit.PostAsync("/v1/file_uploads", new JsonObject())).Done();

        Assert.Equal(status, (await SendAsync(visit, created, size)).Status);
    }

    [Fact]
    public async Task An_upload_that_nobody_sends_expires()
    {
        await using var visit = await Visit.StartAsync();
        var created = (await visit.PostAsync("/v1/file_uploads", new JsonObject())).Done();

        visit.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal("expired", (string?)(await visit.GetAsync($"/v1/file_uploads/{created["id"]}")).Done()["status"]);
        (await SendAsync(visit, created, 1)).IsError(400, "validation_error");
    }

    [Fact]
    public async Task Only_what_was_sent_can_be_attached()
    {
        await using var visit = await Visit.StartAsync();
        var created = (await visit.PostAsync("/v1/file_uploads", new JsonObject { ["filename"] = "a.png", ["content_type"] = "image/png" })).Done();
        var block = new JsonObject
        {
            ["children"] = new JsonArray(
                new JsonObject { ["image"] = new JsonObject { ["file_upload"] = new JsonObject { ["id"] = (string?)created["id"] } } }),
        };

        (await visit.PatchAsync($"/v1/blocks/{Visit.Home}/children", block)).IsError(400, "validation_error");
        (await SendAsync(visit, created, 10, contentType: "text/plain")).IsError(400, "validation_error");
        (await SendAsync(visit, created, 10, contentType: "image/png")).Done();
        var image = (await visit.PatchAsync($"/v1/blocks/{Visit.Home}/children", block)).Results[0]!["image"]!;

        Assert.Equal("file", (string?)image["type"]);
        Assert.Equal("2026-06-01T13:00:00.000Z", (string?)image["file"]!["expiry_time"]);
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("multipart/form-data", "x")]
    [InlineData("multipart/form-data; boundary=b", "nonsense")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nx\r\n--b--\r\n")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nx")]
    public async Task A_body_that_is_no_form_with_a_file_is_refused(string contentType, string body)
    {
        await using var visit = await Visit.StartAsync();
        var created = (await visit.PostAsync("/v1/file_uploads", new JsonObject())).Done();
        using var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);

        (await visit.SendContentAsync(HttpMethod.Post, $"/v1/file_uploads/{created["id"]}/send", content)).IsError(400, "validation_error");
    }

    private static async Task<JsonObject> NewAsync(Visit visit, int parts) =>
        (await visit.PostAsync("/v1/file_uploads", new JsonObject { ["mode"] = "multi_part", ["filename"] = "film.mp4", ["number_of_parts"] = parts })).Done();

    private static async Task<Reply> SendAsync(Visit visit, JsonObject upload, int size, string? part = null, string? contentType = null)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(new byte[size]);
        file.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType);
        form.Add(file, "file", "sent.bin");
        if (part is not null)
        {
            form.Add(new StringContent(part), "part_number");
        }

        return await visit.SendContentAsync(HttpMethod.Post, $"/v1/file_uploads/{upload["id"]}/send", form);
    }
}
