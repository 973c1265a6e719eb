using System.Collections.Concurrent;
using Azure.Security.KeyVault.Secrets;

namespace NotionGateway.Credentials.Sources;

/// <summary>One client a vault, made when first needed, so that many secrets of a vault sign in once.</summary>
internal sealed class VaultClients(Func<Uri, SecretClient> connect)
{
    private readonly ConcurrentDictionary<Uri, SecretClient> _all = new();

    public SecretClient For(Uri vault) => _all.GetOrAdd(vault, connect);
}
