using System.Collections.Concurrent;
using Azure;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;

namespace NotionGateway.Credentials;

/// <summary>
/// Tokens from Azure Key Vault. One client a vault, made when first needed; it retries by itself within the time that a
/// refresh has.
/// </summary>
internal sealed class KeyVaultCredentialSource(Func<Uri, SecretClient> connect) : ICredentialSource
{
    private readonly ConcurrentDictionary<Uri, SecretClient> _clients = new();

    public async Task<SourceReading> ReadAsync(CredentialOptions credential, CancellationToken cancellationToken)
    {
        try
        {
            var client = _clients.GetOrAdd(credential.VaultUri!, connect);
            var secret = await client.GetSecretAsync(credential.SecretName, cancellationToken: cancellationToken);
            return SourceReading.Of(secret.Value.Value);
        }
        catch (RequestFailedException exception)
        {
            return SourceReading.Failed(WordsFor(exception, credential));
        }
        catch (AuthenticationFailedException exception)
        {
            // Its text lists every way of signing in that was tried; the first line says which failed and how.
            return SourceReading.Failed($"signing in to Azure failed: {exception.Message.Split('\n', 2)[0].Trim()}");
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is RequestFailedException))
        {
            return SourceReading.Failed($"Key Vault {credential.VaultUri!.Host} cannot be reached");
        }
    }

    // Never the exception's own text: it repeats the answer's headers and body.
    private static string WordsFor(RequestFailedException exception, CredentialOptions credential)
    {
        var vault = $"Key Vault {credential.VaultUri!.Host}";
        return exception.Status switch
        {
            0 => $"{vault} cannot be reached",
            401 => $"{vault} does not accept the identity (401)",
            403 => $"{vault} forbids reading the secret (403 {exception.ErrorCode}): give the identity the role 'Key Vault Secrets User', and the network access",
            404 => $"{vault} has no secret of this name (404)",
            429 => $"{vault} is asked too often (429)",
            var status => $"{vault} answered {status} {exception.ErrorCode}",
        };
    }
}
