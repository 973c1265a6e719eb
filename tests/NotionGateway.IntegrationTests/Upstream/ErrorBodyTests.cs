using System.IO.Compression;
using System.Text;
using System.Text.Json;
using NotionGateway.IntegrationTests.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>
/// An error response that repeats our token in a form that is hard to see is withheld; one that cannot be inspected gets a body
/// of the gateway's.
/// </summary>
public sealed class ErrorBodyTests
{
    private static readonly string Leaking = $$"""{"object":"error","message":"Bearer {{The.NotionToken}}"}""";

    public static TheoryData<string, string?, byte[]> Hidden => new()
    {
        { "gzip twice", "gzip, gzip", Gzip(Gzip(Encoding.UTF8.GetBytes(Leaking))) },
        { "bare deflate", "deflate", Deflate(Encoding.UTF8.GetBytes(Leaking)) },
        { "UTF-16", null, Encoding.Unicode.GetBytes(Leaking) },
        { "UTF-16, big-endian", null, Encoding.BigEndianUnicode.GetBytes(Leaking) },
        { "escapes", null, Encoding.UTF8.GetBytes($"\"{string.Concat(The.NotionToken.Select(character => $"\\u{(int)character:x4}"))}\"") },
        { "escapes in gzip", "gzip", Gzip(Encoding.UTF8.GetBytes($"\"\\u006e{The.NotionToken[1..]}\"")) },
    };

    [Theory]
    [MemberData(nameof(Hidden))]
    public async Task The_token_is_found_in_every_form_that_a_client_would_read(string form, string? coding, byte[] body)
    {
        Assert.NotEmpty(form);
        await using var upstream = new RecordingUpstream { Answer = _ => Error(404, coding, body) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        Assert.Equal((502, "upstream_leaked_token"), (await gateway.GetAsync() is var response ? response.Status() : 0, response.Reason()));
    }

    [Theory]
    [InlineData(400, "zstd", "validation_error")]
    [InlineData(404, "gzip, zstd", "object_not_found")]
    [InlineData(429, "zstd", "rate_limited")]
    [InlineData(503, "nonsense", "service_unavailable")]
    [InlineData(404, "gzip", "object_not_found")]
    public async Task What_cannot_be_looked_through_is_replaced_under_Notions_status(int status, string coding, string code)
    {
        // A gzip that hides the token behind more than will ever be unpacked.
        var body = coding == "gzip" ? Gzip(Encoding.UTF8.GetBytes(new string(' ', 1_500_000) + Leaking)) : Encoding.UTF8.GetBytes("not what it says");
        await using var upstream = new RecordingUpstream { Answer = _ => Error(status, coding, body, "x-notion-request-id: r-1", "Retry-After: 7") };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Flow("MaxAttempts", "1"));
        using var client = gateway.Client();

        var response = await gateway.SendAsync(client, prefer: "wait=0");

        Assert.Equal((status, null, 7), (response.Status(), response.Reason(), response.RetryAfter()));
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Empty(response.Content.Headers.ContentEncoding);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(("error", code, "r-1"), (Text(json, "object"), Text(json, "code"), Text(json, "request_id")));
        Assert.Equal(status, json.RootElement.GetProperty("status").GetInt32());
        Assert.Single(gateway.Logs.Named("ErrorBodyReplaced"));
        await gateway.CountedAsync(1, "notion_gateway.requests", ("status", $"{status}"), ("outcome", "answered"));
    }

    [Fact]
    public async Task A_packed_error_that_is_clean_passes_byte_for_byte()
    {
        var body = Gzip(Encoding.UTF8.GetBytes("""{"object":"error","message":"No such page: \\u0041"}"""));
        await using var upstream = new RecordingUpstream { Answer = _ => Error(404, "gzip", body) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var response = await gateway.GetAsync();

        Assert.Equal(body, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "gzip, deflate, br")]
    [InlineData("zstd", "identity")]
    [InlineData("gzip;q=1.0", "gzip;q=1.0")]
    public async Task Notion_is_asked_only_for_codings_that_can_be_looked_through(string accepted, string asked)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var client = gateway.Client();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Encoding", accepted);

        Assert.Equal(200, (await gateway.SendAsync(client)).Status());

        Assert.Equal([asked], upstream.Only.Values("Accept-Encoding"));
    }

    private static RawResponse Error(int status, string? coding, byte[] body, params string[] more)
    {
        string[] headers =
            ["Content-Type: application/json", $"Content-Length: {body.Length}", .. more, .. coding is null ? [] : new[] { $"Content-Encoding: {coding}" }];
        return new RawResponse().Send($"HTTP/1.1 {status} X\r\n{string.Join("\r\n", headers)}\r\n\r\n").Send(body);
    }

    private static string? Text(JsonDocument json, string name) => json.RootElement.GetProperty(name).GetString();

    private static byte[] Gzip(byte[] bytes) => Pack(bytes, packed => new GZipStream(packed, CompressionLevel.Optimal));

    private static byte[] Deflate(byte[] bytes) => Pack(bytes, packed => new DeflateStream(packed, CompressionLevel.Optimal));

    private static byte[] Pack(byte[] bytes, Func<Stream, Stream> packer)
    {
        var packed = new MemoryStream();
        using (var into = packer(packed))
        {
            into.Write(bytes);
        }

        return packed.ToArray();
    }
}
