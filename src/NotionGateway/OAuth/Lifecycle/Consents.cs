using System.Collections.Concurrent;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Lifecycle;

/// <summary>
/// Stores consents. One that cannot be stored is kept here and retried: Notion gives its pair only once, and a person
/// would have to consent again. It is not used before it is stored.
/// </summary>
internal sealed class Consents(GrantVault vault, TimeProvider time, ILogger<Consents> log)
{
    private const int MostKept = 10_000;

    private readonly ConcurrentDictionary<(string App, string Bot), Kept> _kept = new();

    public int Count => _kept.Count;

    /// <summary>Stores the consent; an exception if the store fails, and then it is kept.</summary>
    public async Task<StoredConsent> ConnectAsync(CredentialName name, TokenResponse response)
    {
        StoredConsent outcome;
        var receivedAt = time.GetUtcNow();
        try
        {
            outcome = await vault.ConnectAsync(name, response, receivedAt, isLate: false, CancellationToken.None);
        }
        catch (Exception exception) when (GrantFailure.Is(exception))
        {
            Keep(name, response, receivedAt, exception.Message);
            throw;
        }

        // A consent that waits here is older than this one.
        _kept.TryRemove(KeyOf(name, response), out _);
        return outcome.IsKept ? throw new GrantStoreException($"the new token pair for '{name}' could not be stored; kept in memory, retrying") : outcome;
    }

    /// <summary>Keeps a consent that no attempt was made to store, since the store fails; one that is kept already stays as it is.</summary>
    public void Keep(CredentialName name, TokenResponse response, string problem) => Keep(name, response, time.GetUtcNow(), problem);

    private void Keep(CredentialName name, TokenResponse response, DateTimeOffset receivedAt, string problem)
    {
        if (_kept.TryGetValue(KeyOf(name, response), out var before) && before.Answer == response)
        {
            return;
        }

        if (_kept.Count >= MostKept)
        {
            log.ConsentDropped(name, $"{MostKept} others are already waiting for the store");
            return;
        }

        if (before is null)
        {
            log.CannotSaveConsent(name, problem);
        }

        _kept[KeyOf(name, response)] = new Kept(name, response, receivedAt);
    }

    /// <summary>Retries what could not be stored, each on its own; true if nothing is left.</summary>
    public async Task<bool> RetryAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, kept) in _kept)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            try
            {
                var outcome = await StoreAsync(kept);
                if (outcome.Grant is not null)
                {
                    log.SavedLate(kept.Name, "is stored now");
                }
                else if (outcome.IsOutdated)
                {
                    log.ConsentDropped(kept.Name, "the store has a later pair");
                }
                else if (!outcome.IsKept)
                {
                    log.ConsentDropped(kept.Name, "its name and its bot's name belong to other grants");
                }

                _kept.TryRemove(KeyValuePair.Create(key, kept));
            }
            catch (GrantStoreException exception) when (exception.IsForged)
            {
                log.ConsentDropped(kept.Name, exception.Message);
                _kept.TryRemove(KeyValuePair.Create(key, kept));
            }
            catch (Exception exception) when (GrantFailure.Is(exception))
            {
                // It stays, and the others do not wait for it.
            }
        }

        return _kept.IsEmpty;
    }

    /// <summary>Under the requested name or, if another grant has it by now, under that of its bot.</summary>
    private async Task<StoredConsent> StoreAsync(Kept kept)
    {
        var (name, response) = (kept.Name, kept.Answer);
        var outcome = await StoreUnderAsync(name);
        return outcome is { Grant: null, IsKept: false, IsOutdated: false }
            && CredentialName.OfGrant(name.AppOfGrant, response.Profile.BotId.ToLowerInvariant()) is { } botName
            ? await StoreUnderAsync(botName)
            : outcome;

        Task<StoredConsent> StoreUnderAsync(CredentialName wanted) =>
            vault.ConnectAsync(wanted, response, kept.ReceivedAt, isLate: true, CancellationToken.None);
    }

    private static (string App, string Bot) KeyOf(CredentialName name, TokenResponse response) => (name.AppOfGrant, response.Profile.BotId);

    /// <summary>A consent that waits; compared by reference, so that a newer one is never removed in its place.</summary>
    private sealed class Kept(CredentialName name, TokenResponse response, DateTimeOffset receivedAt)
    {
        public CredentialName Name => name;

        public TokenResponse Answer => response;

        public DateTimeOffset ReceivedAt => receivedAt;
    }
}
