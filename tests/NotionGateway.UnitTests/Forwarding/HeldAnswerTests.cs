using System.IO.Compression;
using System.Text;
using NotionGateway.Forwarding;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Forwarding;

public sealed class HeldAnswerTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task The_token_is_found_however_the_body_is_packed(string? coding) =>
        await Assert.ThrowsAsync<TokenLeakException>(() => CheckAsync(Pack($"error: Bearer {The.NotionToken}", coding), coding));

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("zstd")]
    [InlineData("nonsense")]
    public async Task A_clean_body_keeps_its_bytes(string? coding)
    {
        var body = Pack("""{"object":"error"}""", coding);
        Assert.Equal(body, await CheckAsync(body, coding));
    }

    [Fact]
    public async Task A_body_that_is_not_what_its_header_says_keeps_its_bytes()
    {
        var body = Encoding.ASCII.GetBytes("not gzip at all");
        Assert.Equal(body, await CheckAsync(body, "gzip"));
    }

    [Fact]
    public async Task What_comes_after_the_part_that_is_held_is_looked_through_too()
    {
        var body = Encoding.ASCII.GetBytes(new string('x', 100_000) + The.NotionToken);
        await Assert.ThrowsAsync<TokenLeakException>(() => CheckAsync(body, null, announced: null));
    }

    [Fact]
    public async Task A_small_body_that_unpacks_to_a_huge_one_is_looked_through_only_so_far()
    {
        var body = Pack(new string('x', 50_000_000), "gzip");
        Assert.Equal(body, await CheckAsync(body, "gzip"));
    }

    private static byte[] Pack(string text, string? coding)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        using var packed = new MemoryStream();
        using (Stream packer = coding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            _ => Stream.Null,
        })
        {
            packer.Write(bytes);
        }

        return packed.Length > 0 ? packed.ToArray() : bytes;
    }

    private static async Task<byte[]> CheckAsync(byte[] body, string? coding, long? announced = -1)
    {
        var held = await HeldAnswer.CheckAsync(
            new MemoryStream(body), announced == -1 ? body.Length : announced, coding, Some.Token().Needle, CancellationToken.None);
        using var copy = new MemoryStream();
        await held.Whole.CopyToAsync(copy);
        return copy.ToArray();
    }
}
