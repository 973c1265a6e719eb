using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace NotionGateway.Credentials.Sources;

/// <summary>
/// Tokens from files. Change is found by content, not by time stamps or notifications: Kubernetes swaps a symbolic link
/// two levels up, which leaves both of those silent on some file systems.
/// </summary>
internal sealed class FileCredentialSource : ICredentialSource
{
    private const int Longest = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ConcurrentDictionary<SecretReference, byte[]> _seen = new();

    public Task<SourceReading> ReadAsync(SecretReference place, CancellationToken cancellationToken)
    {
        var path = place.Path!;
        try
        {
            var bytes = ReadBounded(path);
            _seen[place] = SHA256.HashData(bytes);
            return Task.FromResult(SourceReading.Of(Strict.GetString(bytes), place.Kind));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DecoderFallbackException or NotSupportedException)
        {
            _seen[place] = [];
            return Task.FromResult(SourceReading.Failed($"the file {path} cannot be read: {Describe(exception)}"));
        }
    }

    public bool MayHaveChanged(SecretReference place)
    {
        // Asked once a second, and a file may be missing for hours: no exception for that.
        if (!File.Exists(place.Path))
        {
            return _seen.TryGetValue(place, out var before) && before.Length > 0;
        }

        try
        {
            return _seen.TryGetValue(place, out var seen) && !SHA256.HashData(ReadBounded(place.Path!)).AsSpan().SequenceEqual(seen);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return _seen.TryGetValue(place, out var seen) && seen.Length > 0;
        }
    }

    /// <summary>The text of a file if it can be read now; null if not, for whatever reason.</summary>
    public static string? TryReadText(string path)
    {
        try
        {
            return File.Exists(path) ? Strict.GetString(ReadBounded(path)) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DecoderFallbackException or NotSupportedException)
        {
            return null;
        }
    }

    private static byte[] ReadBounded(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var buffer = new byte[Longest];
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length < Longest ? buffer[..length] : throw new IOException("too large for a token");
    }

    private static string Describe(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "access is denied, or it is a folder",
        DecoderFallbackException => "it is not UTF-8",
        _ => exception.Message,
    };
}
