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
            return SourceReading.Failed($"the source did not answer within {ReadTimeout.TotalSeconds:0} s");
        }
        catch (Exception exception)
        {
            // Client libraries throw what they like at answers that make no sense. Only the type is told: the text may quote the answer.
            return SourceReading.Failed($"the source's answer could not be understood ({exception.GetType().Name})");
        }
    }

    /// <summary>Whether a secret is worth reading before its time.</summary>
    public bool MayHaveChanged(SecretReference secret) => For(secret).MayHaveChanged();

    public NotionToken Bind(string text) => new(text, upstream);

    private ISecretReader For(SecretReference secret) => _all.GetOrAdd(secret, static (made, services) => made.CreateReader(services), services);
}
