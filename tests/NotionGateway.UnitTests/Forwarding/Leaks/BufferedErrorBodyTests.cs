using System.Text;
using NotionGateway.Forwarding.Leaks;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Forwarding.Leaks;

public sealed class BufferedErrorBodyTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("raw deflate")]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    [InlineData("deflate, br")]
    public async Task The_token_is_found_however_the_body_is_packed(string? coding) =>
        await Assert.ThrowsAsync<TokenLeakException>(() => CheckAsync(Pack($"error: Bearer {The.NotionToken}", coding), coding));

    [Fact]
    public async Task The_token_is_found_before_anything_of_the_body_goes_out()
    {
        var body = new MemoryStream(Encoding.ASCII.GetBytes($"error: Bearer {The.NotionToken}"));
        await Assert.ThrowsAsync<TokenLeakException>(() => BufferedErrorBody.CheckAsync(
            body, body.Length, null, Some.Token().Matcher, CancellationToken.None));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("raw deflate")]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    public async Task A_clean_body_keeps_its_bytes(string? coding)
    {
        var body = Pack("""{"object":"error"}""", coding);
        Assert.Equal(body, await CheckAsync(body, coding));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, zstd")]
    [InlineData("nonsense")]
    public async Task A_body_that_cannot_be_looked_through_does_not_go_out(string coding) =>
        Assert.Null(await CheckAsync(Pack($"Bearer {The.NotionToken[..20]}", coding), coding));

    [Fact]
    public async Task Nor_does_one_that_is_not_what_its_header_says() => Assert.Null(await CheckAsync("not gzip at all"u8.ToArray(), "gzip"));

    [Fact]
    public async Task Nor_does_a_packed_one_that_is_longer_than_what_is_held()
    {
        var noise = new byte[70_000];
        new Random(1).NextBytes(noise);
        Assert.Null(await CheckAsync(Packed.By("gzip", noise), "gzip"));
    }

    [Fact]
    public async Task A_body_of_nothing_goes_out_whatever_its_header_says() => Assert.Empty((await CheckAsync([], "zstd"))!);

    [Fact]
    public async Task A_plain_body_of_exactly_what_is_held_keeps_its_bytes()
    {
        var body = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
        Assert.Equal(body, await CheckAsync(body, null));
        Assert.Equal(body, await CheckAsync(body, null, announced: null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    public async Task A_short_body_of_unknown_length_keeps_its_bytes(string? coding)
    {
        var body = Pack("""{"object":"error"}""", coding);
        Assert.Equal(body, await CheckAsync(body, coding, announced: null));
    }

    [Theory]
    [InlineData(100_000L)]
    [InlineData(null)]
    public async Task No_more_is_held_than_64_KiB_whatever_length_is_announced(long? announced)
    {
        using var body = new MemoryStream(new byte[100_000]);
        var held = await BufferedErrorBody.CheckAsync(body, announced, null, Some.Token().Matcher, CancellationToken.None);
        Assert.Equal((64 * 1024, 64 * 1024), (held.Text.Length, body.Position));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    public async Task What_is_held_ends_with_the_body_that_came(string? coding)
    {
        var body = new MemoryStream(Pack("error", coding));
        var held = await BufferedErrorBody.CheckAsync(body, body.Length, coding, Some.Token().Matcher, CancellationToken.None);
        Assert.True(body.CanRead);

        await held.Whole!.DisposeAsync();

        Assert.False(body.CanRead);
    }

    [Fact]
    public async Task What_comes_after_the_part_that_is_held_is_looked_through_too()
    {
        var body = Encoding.ASCII.GetBytes(new string('x', 100_000) + The.NotionToken);
        await Assert.ThrowsAsync<TokenLeakException>(() => CheckAsync(body, null, announced: null));
    }

    [Fact]
    public async Task A_small_body_that_unpacks_to_a_huge_one_does_not_go_out()
    {
        Assert.Null(await CheckAsync(Pack(new string('x', 50_000_000), "gzip"), "gzip"));
        Assert.Null(await CheckAsync(Pack(new string('x', 2_000_000) + The.NotionToken, "gzip"), "gzip"));
    }

    private static byte[] Pack(string text, string? coding) => Packed.By(coding, Encoding.ASCII.GetBytes(text));

    private static async Task<byte[]?> CheckAsync(byte[] body, string? coding, long? announced = -1)
    {
        var held = await BufferedErrorBody.CheckAsync(
            new MemoryStream(body), announced == -1 ? body.Length : announced, coding?.Replace("raw ", ""), Some.Token().Matcher, CancellationToken.None);
        if (held.Whole is null)
        {
            return null;
        }

        using var copy = new MemoryStream();
        await held.Whole.CopyToAsync(copy);
        return copy.ToArray();
    }
}
