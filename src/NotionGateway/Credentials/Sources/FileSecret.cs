using System.Security.Cryptography;
using System.Text;
using NotionGateway.Settings;

namespace NotionGateway.Credentials.Sources;

/// <summary>A secret in a file, such as a mounted Kubernetes secret; a change is noticed within about a second.</summary>
internal sealed record FileSecret(string Owner, SecretKind Kind, string Path) : SecretReference(Owner, Kind)
{
    public static readonly SecretSource Definition = new("File", ["Path"], (section, kind) => new FileSecret(section.Path, kind, section.Text("Path") ?? ""));

    private const int Longest = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override string Source => Definition.Name;

    public override string Description => Path;

    public override ISecretReader CreateReader(IServiceProvider services) => new Reader(this);

    public override (string Setting, string Text)? Peek(IProcessEnvironment environment)
    {
        try
        {
            return File.Exists(Path) ? ($"{Owner}:Path", Strict.GetString(ReadBounded())) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DecoderFallbackException or NotSupportedException)
        {
            return null;
        }
    }

    private byte[] ReadBounded()
    {
        using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
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

    /// <summary>
    /// Reads the file. A change is found by content, not by time stamps or notifications: Kubernetes swaps a symbolic link
    /// two levels up, which leaves both of those silent on some file systems.
    /// </summary>
    private sealed class Reader(FileSecret secret) : ISecretReader
    {
        /// <summary>The digest of what was read last; empty if it could not be read, null before the first reading.</summary>
        private volatile byte[]? _seen;

        public Task<SourceReading> ReadAsync(CancellationToken cancellationToken)
        {
            try
            {
                var bytes = secret.ReadBounded();
                _seen = SHA256.HashData(bytes);
                return Task.FromResult(SourceReading.Of(Strict.GetString(bytes), secret.Kind));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DecoderFallbackException or NotSupportedException)
            {
                if (exception is not DecoderFallbackException)
                {
                    _seen = [];
                }

                return Task.FromResult(SourceReading.Failed($"the file {secret.Path} cannot be read: {Describe(exception)}"));
            }
        }

        public bool MayHaveChanged()
        {
            if (_seen is not { } seen)
            {
                return false;
            }

            // Asked once a second, and a file may be missing for hours: no exception for that.
            if (!File.Exists(secret.Path))
            {
                return seen.Length > 0;
            }

            try
            {
                return !SHA256.HashData(secret.ReadBounded()).AsSpan().SequenceEqual(seen);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
            {
                return seen.Length > 0;
            }
        }
    }
}
