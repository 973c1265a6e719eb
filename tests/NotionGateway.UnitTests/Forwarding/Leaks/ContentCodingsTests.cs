using System.IO.Compression;
using System.Text;
using NotionGateway.Forwarding.Leaks;

namespace NotionGateway.UnitTests.Forwarding.Leaks;

public sealed class ContentCodingsTests
{
    private static readonly byte[] Text = Encoding.ASCII.GetBytes("""{"object":"error"}""");

    [Theory]
    [InlineData(null)]
    [InlineData("identity")]
    [InlineData("gzip")]
    [InlineData(" X-GZIP ")]
    [InlineData("deflate")]
    [InlineData("raw deflate")]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    [InlineData("br, identity, gzip")]
    public void What_every_client_can_read_is_unpacked(string? coding) =>
        Assert.Equal(Text, ContentCodings.Unpack(Packed.By(coding, Text), coding?.Replace("raw ", ""))?.ToArray());

    [Theory]
    [InlineData("zstd")]
    [InlineData("gzip, zstd")]
    [InlineData("nonsense")]
    [InlineData("gzip, gzip, gzip, gzip")]
    public void What_cannot_be_read_is_not_guessed(string coding) => Assert.Null(ContentCodings.Unpack(Packed.By(coding, Text), coding));

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public void What_is_not_what_its_header_says_cannot_be_read(string coding) => Assert.Null(ContentCodings.Unpack("not packed at all"u8.ToArray(), coding));

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("gzip, br")]
    public void A_small_body_that_unpacks_to_a_huge_one_is_given_up(string coding)
    {
        var bomb = Packed.By(coding, new byte[20_000_000]);
        Assert.True(bomb.Length < 64 * 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Null(ContentCodings.Unpack(bomb, coding));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * 1024 * 1024);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void A_mebibyte_is_the_most_that_is_unpacked(int more, bool isUnpacked) =>
        Assert.Equal(isUnpacked, ContentCodings.Unpack(Packed.By("gzip", new byte[(1024 * 1024) + more]), "gzip") is not null);

    [Fact]
    public void A_bare_deflate_stream_is_not_taken_for_zlib_by_half_of_its_head()
    {
        // A stored block; the unused bits of its first byte make that byte look like the first of a zlib head.
        byte[] bare = [0x08, (byte)Text.Length, 0, (byte)~Text.Length, 0xff, .. Text, 0x03, 0x00];
        Assert.Equal(Text, ContentCodings.Unpack(bare, "deflate")?.ToArray());
    }

    [Fact]
    public void A_body_of_nothing_needs_no_unpacking() => Assert.Equal(0, ContentCodings.Unpack(default, "zstd")?.Length);

    [Theory]
    [InlineData("gzip, deflate, br", "gzip, deflate, br")]
    [InlineData("gzip;q=0.5 , identity;q=0", "gzip;q=0.5 , identity;q=0")]
    [InlineData("", "")]
    [InlineData("X-GZIP", "X-GZIP")]
    [InlineData("gzip, deflate, br, zstd", "gzip, deflate, br")]
    [InlineData("zstd, GZIP;q=0.8, *;q=0.1", "GZIP;q=0.8")]
    [InlineData("zstd", "identity")]
    [InlineData("*", "identity")]
    public void Only_what_the_gateway_can_read_is_asked_for(string accepted, string asked) => Assert.Equal(asked, ContentCodings.Readable(accepted));

    [Theory]
    [InlineData(null, true)]
    [InlineData("", true)]
    [InlineData("Identity", true)]
    [InlineData("identity, identity", true)]
    [InlineData("gzip", false)]
    [InlineData("identity, gzip", false)]
    public void Identity_is_no_coding(string? coding, bool isIdentity) => Assert.Equal(isIdentity, ContentCodings.IsIdentity(coding));
}

/// <summary>Bodies in all codings.</summary>
internal static class Packed
{
    public static byte[] By(string? coding, byte[] bytes) => (coding ?? "").Split(',', StringSplitOptions.TrimEntries)
        .Aggregate(bytes, (body, layer) => Layer(layer.ToLowerInvariant(), body));

    private static byte[] Layer(string coding, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (Stream? packer = coding switch
        {
            "gzip" or "x-gzip" => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            "raw deflate" => new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            _ => null,
        })
        {
            packer?.Write(bytes);
            return packer is null ? bytes : Finish(packer, packed);
        }
    }

    private static byte[] Finish(Stream packer, MemoryStream packed)
    {
        packer.Dispose();
        return packed.ToArray();
    }
}
