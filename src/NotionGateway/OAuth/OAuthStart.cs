using NotionGateway.Background;
using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;

namespace NotionGateway.OAuth;

/// <summary>
/// Before anybody is served: opens the store, reads the encryption key and proves that the key ring opens with it. A gateway
/// that cannot read its grants does not start; it makes no new ring in the place of one that it cannot read.
/// </summary>
internal sealed class OAuthStart(
    OAuthOptions options, SqliteGrantStore store, SecretReaders sources, EncryptionKeys keys, KeyRingGuard guard, TimeProvider time, ILogger<OAuthStart> log) : LifecycleService
{
    public override async Task StartingAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.OpenAsync(cancellationToken);
            keys.Provide(await ReadAsync(options.EncryptionKey!), options.PreviousEncryptionKey is { } previous ? await ReadAsync(previous) : null);
            await guard.VerifyAsync(cancellationToken);
            if (guard.Rewrap() is var rewrapped and > 0)
            {
                log.Rewrapped(rewrapped);
            }
        }
        catch (Exception exception) when (exception is GrantStoreException or KeyRingException)
        {
            throw new StartRefusedException(exception.Message, exception);
        }
    }

    private async Task<string> ReadAsync(SecretReference place)
    {
        var reading = await sources.ReadAsync(place, time);
        return reading.Text ?? throw new StartRefusedException($"{place.Owner}: the key cannot be had: {reading.Problem}");
    }
}
