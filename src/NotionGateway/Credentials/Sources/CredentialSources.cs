namespace NotionGateway.Credentials.Sources;

/// <summary>The sources by kind, and the host that every token read from them is bound to.</summary>
internal sealed class CredentialSources(Uri upstream, IReadOnlyDictionary<CredentialSourceKind, ICredentialSource> sources)
{
    /// <summary>Longer than the Key Vault client retries, shorter than a caller waits.</summary>
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);

    public ICredentialSource For(CredentialSourceKind kind) => sources[kind];

    /// <summary>Reads a secret within the time that a source has. Whatever goes wrong comes back as words.</summary>
    public async Task<SourceReading> ReadAsync(SecretReference place, TimeProvider time)
    {
        using var timeout = new CancellationTokenSource(ReadTimeout, time);
        try
        {
            return await For(place.Source).ReadAsync(place, timeout.Token);
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

    public NotionToken Bind(string text) => new(text, upstream);
}
