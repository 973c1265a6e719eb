using Azure;
using Azure.Identity;
using NotionGateway.Settings;

namespace NotionGateway.Credentials.Sources;

/// <summary>A secret in Azure Key Vault.</summary>
internal sealed record KeyVaultSecret(string Owner, SecretKind Kind, Uri VaultUri, string SecretName) : SecretReference(Owner, Kind)
{
    public static readonly SecretSource Definition = new(
        "KeyVault",
        ["VaultUri", "SecretName"],
        (section, kind) => new KeyVaultSecret(section.Path, kind, ReadVaultUri(section), section.Text("SecretName") ?? ""));

    /// <summary>Stands for an address that is missing or wrong, which has been reported: nothing is read from it.</summary>
    private static readonly Uri None = new("https://none.invalid/");

    public override string Source => Definition.Name;

    public override string Description => $"{VaultUri.Host}, secret {SecretName}";

    public override ISecretReader CreateReader(IServiceProvider services) =>
        new Reader(this, services.GetRequiredService<VaultClients>(), services.GetRequiredService<TimeProvider>());

    private static Uri ReadVaultUri(SettingsSection section)
    {
        if (section.Text("VaultUri") is not { } text)
        {
            return None;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri is { Scheme: "https", UserInfo: "", AbsolutePath: "/", Query: "", Fragment: "" })
        {
            return uri;
        }

        section.Error("VaultUri", "write only the vault's https address, for example https://my-vault.vault.azure.net/");
        return None;
    }

    // Never the exception's own text: it repeats the response's headers and body.
    private string Describe(RequestFailedException exception)
    {
        var vault = $"Key Vault {VaultUri.Host}";
        return exception.Status switch
        {
            0 => $"{vault} cannot be reached",
            401 => $"{vault} rejects the identity (401)",
            403 => $"{vault} denies reading the secret (403 {CodeOf(exception)}): give the identity the role 'Key Vault Secrets User', and network access",
            404 => $"{vault} has no secret of this name (404)",
            429 => $"{vault} is throttling requests (429)",
            var status => $"{vault} answered {status} {CodeOf(exception)}",
        };
    }

    /// <summary>The vault's word for it, if it is one.</summary>
    private static string CodeOf(RequestFailedException exception) =>
        exception.ErrorCode is { Length: > 0 and <= 64 } code && code.All(char.IsAsciiLetterOrDigit) ? code : "";

    /// <summary>Reads the secret; the client retries within the time that a refresh has.</summary>
    private sealed class Reader(KeyVaultSecret secret, VaultClients vaults, TimeProvider time) : ISecretReader
    {
        public async Task<SourceReading> ReadAsync(CancellationToken cancellationToken)
        {
            try
            {
                var answer = await vaults.For(secret.VaultUri).GetSecretAsync(secret.SecretName, cancellationToken: cancellationToken);
                return SourceReading.Of(answer.Value.Value ?? "", secret.Kind);
            }
            catch (RequestFailedException exception)
            {
                var retryAfter = exception.GetRawResponse() is { } response ? VaultClientOptions.RetryAfterOf(response, time) : null;
                return SourceReading.Failed(secret.Describe(exception), retryAfter);
            }
            catch (AuthenticationFailedException exception)
            {
                // Its text lists every way of signing in that was tried; the first line says which failed and how.
                return SourceReading.Failed($"signing in to Azure failed: {exception.Message.Split('\n', 2)[0].Trim()}");
            }
            catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is RequestFailedException or OperationCanceledException))
            {
                return SourceReading.Failed($"Key Vault {secret.VaultUri.Host} cannot be reached, or does not respond");
            }
        }
    }
}
