using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.Settings;

namespace NotionGateway.OAuth;

/// <summary>
/// Reads the encryption keys, opens the store and checks that the key ring can be decrypted with them. The keys come first: rows of an older
/// file are sealed while it is opened. It never replaces a ring that it cannot read with a new one.
/// </summary>
internal sealed class GrantStoreOpening(
    OAuthOptions options, IGrantStore store, SecretReaders secrets, EncryptionKeys keys, KeyRingGuard guard, TimeProvider time)
{
    /// <summary>A <see cref="StartRefusedException"/> if the store cannot be used.</summary>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <param name="mustExist">Whether a store that no gateway has used yet is refused, instead of created.</param>
    public async Task OpenAsync(CancellationToken cancellationToken, bool mustExist = false)
    {
        try
        {
            await ProvideKeysAsync();
            if (mustExist)
            {
                guard.RequireRing();
            }

            await store.OpenAsync(cancellationToken);
            await guard.VerifyAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is GrantStoreException or KeyRingException)
        {
            throw new StartRefusedException(exception.Message, exception);
        }
    }

    /// <summary>Reads the encryption keys only.</summary>
    public async Task ProvideKeysAsync() =>
        keys.Provide(await ReadAsync(options.EncryptionKey!), options.PreviousEncryptionKey is { } previous ? await ReadAsync(previous) : null);

    private async Task<string> ReadAsync(SecretReference secret)
    {
        var reading = await secrets.ReadAsync(secret, time);
        return reading.Text ?? throw new StartRefusedException($"{secret.Owner}: the key cannot be read: {reading.Problem}");
    }
}
