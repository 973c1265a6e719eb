using System.Collections.Concurrent;
using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace NotionGateway.Credentials.Sources;

/// <summary>
/// Tokens from Azure Key Vault. One client a vault, made when first needed; it retries by itself within the time that a
/// refresh has.
/// </summary>
internal sealed class KeyVaultCredentialSource(Func<Uri, SecretClient> connect, TimeProvider time) : ICredentialSource
{
    private readonly ConcurrentDictionary<Uri, SecretClient> _clients = new();

    public async Task<SourceReading> ReadAsync(SecretReference place, CancellationToken cancellationToken)
    {
        try
        {
            var client = _clients.GetOrAdd(place.VaultUri!, connect);
            var secret = await client.GetSecretAsync(place.SecretName, cancellationToken: cancellationToken);
            return SourceReading.Of(secret.Value.Value ?? "", place.Kind);
        }
        catch (RequestFailedException exception)
        {
            return SourceReading.Failed(Describe(exception, place), exception.GetRawResponse() is { } response ? VaultClientOptions.RetryAfterOf(response, time) : null);
        }
        catch (AuthenticationFailedException exception)
        {
            // Its text lists every way of signing in that was tried; the first line says which failed and how.
            return SourceReading.Failed($"signing in to Azure failed: {exception.Message.Split('\n', 2)[0].Trim()}");
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is RequestFailedException or OperationCanceledException))
        {
            return SourceReading.Failed($"Key Vault {place.VaultUri!.Host} cannot be reached, or does not answer");
        }
    }

    // Never the exception's own text: it repeats the answer's headers and body.
    private static string Describe(RequestFailedException exception, SecretReference place)
    {
        var vault = $"Key Vault {place.VaultUri!.Host}";
        return exception.Status switch
        {
            0 => $"{vault} cannot be reached",
            401 => $"{vault} does not accept the identity (401)",
            403 => $"{vault} forbids reading the secret (403 {CodeOf(exception)}): give the identity the role 'Key Vault Secrets User', and the network access",
            404 => $"{vault} has no secret of this name (404)",
            429 => $"{vault} is asked too often (429)",
            var status => $"{vault} answered {status} {CodeOf(exception)}",
        };
    }

    /// <summary>The vault's word for it, if it is one.</summary>
    private static string CodeOf(RequestFailedException exception) =>
        exception.ErrorCode is { Length: > 0 and <= 64 } code && code.All(char.IsAsciiLetterOrDigit) ? code : "";
}
