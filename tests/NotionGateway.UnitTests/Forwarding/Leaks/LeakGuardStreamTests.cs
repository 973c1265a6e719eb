using System.Text;
using CsCheck;
using NotionGateway.Bodies;
using NotionGateway.Forwarding.Leaks;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Forwarding.Leaks;

public sealed class LeakGuardStreamTests
{
    [Fact]
    public async Task What_is_clean_passes_whole() =>
        Assert.Equal("some text, ntn_ but not it, ntn_1234", await ReadAsync("some text, ntn_", " but not it, ntn_1234"));

    [Fact]
    public async Task The_token_stops_the_stream() => await Assert.ThrowsAsync<TokenLeakException>(() => ReadAsync($"x {The.NotionToken} y"));

    [Fact]
    public void However_it_is_cut_the_token_stops_the_stream_and_none_of_it_has_gone_out()
    {
        var text = $"before ntn_ ntn_12 {The.NotionToken} after";
        Gen.Int[1, 12].Array[1, 20].Sample(lengths =>
        {
            var passed = new StringBuilder();
            try
            {
                ReadInto(passed, Cut(text, lengths)).GetAwaiter().GetResult();
                return false;
            }
            catch (TokenLeakException)
            {
                return text.StartsWith(passed.ToString(), StringComparison.Ordinal) && passed.Length <= text.IndexOf(The.NotionToken, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void However_it_is_cut_clean_text_passes_whole()
    {
        var text = $"{The.NotionToken[..^1]} ntn_ntn_12345678901 {The.NotionToken[1..]} n nt ntn";
        Gen.Int[1, 12].Array[1, 20].Sample(lengths =>
        {
            var passed = new StringBuilder();
            ReadInto(passed, Cut(text, lengths)).GetAwaiter().GetResult();
            return passed.ToString() == text;
        });
    }

    [Fact]
    public async Task A_read_with_an_empty_buffer_waits_for_data_and_is_not_the_end()
    {
        var source = new PiecesStream(["some ", "text"]);
        await using var guard = new LeakGuardStream(source, Some.Token().Matcher);

        Assert.Equal(0, await guard.ReadAsync(Memory<byte>.Empty, CancellationToken.None));
        Assert.Equal(1, source.Waits);

        var buffer = new byte[256];
        var read = await guard.ReadAsync(buffer, CancellationToken.None);
        Assert.Equal("some ", Encoding.ASCII.GetString(buffer, 0, read));
    }

    [Fact]
    public async Task A_buffer_that_has_no_room_for_what_must_wait_is_not_accepted()
    {
        var matcher = Some.Token().Matcher;
        await using var guard = new LeakGuardStream(new PiecesStream(["n"]), matcher);

        await Assert.ThrowsAsync<ArgumentException>(() => guard.ReadAsync(new byte[1], CancellationToken.None).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => guard.ReadAsync(new byte[matcher.LongestBeginning], CancellationToken.None).AsTask());
        Assert.Equal(1, await guard.ReadAsync(new byte[matcher.LongestBeginning + 1], CancellationToken.None));
    }

    [Fact]
    public async Task It_ends_with_the_stream_that_it_guards()
    {
        using var source = new MemoryStream();
        var guard = new LeakGuardStream(source, Some.Token().Matcher);
        Assert.True(source.CanRead);

        await guard.DisposeAsync();

        Assert.False(source.CanRead);
    }

    private static string[] Cut(string text, int[] lengths)
    {
        var pieces = new List<string>();
        for (int at = 0, permit = 0; at < text.Length; permit++)
        {
            var length = Math.Min(lengths[permit % lengths.Length], text.Length - at);
            pieces.Add(text.Substring(at, length));
            at += length;
        }

        return [.. pieces];
    }

    private static async Task<string> ReadAsync(params string[] pieces)
    {
        var passed = new StringBuilder();
        await ReadInto(passed, pieces);
        return passed.ToString();
    }

    private static async Task ReadInto(StringBuilder passed, string[] pieces)
    {
        await using var guard = new LeakGuardStream(new PiecesStream(pieces), Some.Token().Matcher);
        var buffer = new byte[256];
        while (await guard.ReadAsync(buffer, CancellationToken.None) is var read and > 0)
        {
            passed.Append(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    private sealed class PiecesStream(string[] pieces) : ReadOnlyStream
    {
        private int _next;

        /// <summary>How often it was read only to wait for data.</summary>
        public int Waits { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Waits += buffer.IsEmpty ? 1 : 0;
            return ValueTask.FromResult(buffer.IsEmpty || _next == pieces.Length ? 0 : Encoding.ASCII.GetBytes(pieces[_next++], buffer.Span));
        }
    }
}
