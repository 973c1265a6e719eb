using System.Collections.Concurrent;

namespace NotionGateway.Credentials.Sources;

/// <summary>Reads secrets from wherever they are, and binds tokens to the one host that they may be sent to.</summary>
internal sealed class SecretReaders(Uri upstream, IServiceProvider services)
{
    /// <summary>Longer than the Key Vault client retries, shorter than a caller waits.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<SecretReference, ISecretReader> _all = new();

    /// <summary>Reads a secret within the time that a source has. Whatever goes wrong comes back as words.</summary>
    public async Task<SourceReading> ReadAsync(SecretReference secret, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(ReadTimeout, time);
        try
        {
            return await For(secret).ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            return SourceReading.Failed($"the source did not respond within {ReadTimeout.TotalSeconds:0} s");
        }
        catch (Exception exception)
        {
            // Client libraries throw various exceptions at invalid responses. Only the type is reported: the text may quote the response.
            return SourceReading.Failed($"the source returned an invalid response ({exception.GetType().Name})");
        }
    }

    /// <summary>Whether a secret is worth reading before its time.</summary>
    public bool MayHaveChanged(SecretReference secret) => For(secret).MayHaveChanged();

    public NotionToken Bind(string text) => new(text, upstream);

    private ISecretReader For(SecretReference secret) => _all.GetOrAdd(secret, static (made, services) => made.CreateReader(services), services);
}
