using System.Buffers;
using System.Security.Cryptography;

namespace NotionSandbox.Requests;

/// <summary>A body that was read to its end: its first bytes up to a bound, its real length, and its hash when that was asked for.</summary>
/// <param name="Bytes">The start of the body.</param>
/// <param name="Length">How long the body was in truth.</param>
/// <param name="Sha256">Over the whole body, in lower-case hex.</param>
internal sealed record RequestBody(ReadOnlyMemory<byte> Bytes, long Length, string? Sha256)
{
    /// <summary>The largest JSON body that Notion takes.</summary>
    public const int MaxJson = 500 * 1024;

    /// <summary>One part of an upload, with room for what multipart puts around it.</summary>
    public const int MaxForm = Multipart.MaxFile + (64 * 1024);

    /// <summary>Beyond this a body is not even read to its end, and the connection closes.</summary>
    private const long MaxDrained = 256L * 1024 * 1024;

    public static RequestBody None { get; } = new(ReadOnlyMemory<byte>.Empty, 0, null);

    public static async Task<RequestBody> ReadAsync(HttpContext http, int bound, bool hash)
    {
        var reader = http.Request.BodyReader;
        var kept = new ArrayBufferWriter<byte>();
        using var sha = hash ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        var length = 0L;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            foreach (var part in read.Buffer)
            {
                length += part.Length;
                sha?.AppendData(part.Span);
                kept.Write(part.Span[..Math.Min(part.Length, bound - kept.WrittenCount)]);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted || length > MaxDrained)
            {
                var sum = sha is null ? null : Convert.ToHexStringLower(sha.GetHashAndReset());
                return new RequestBody(kept.WrittenMemory, length, sum);
            }
        }
    }
}
