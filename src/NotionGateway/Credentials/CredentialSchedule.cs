using NotionGateway.Credentials.Sources;

namespace NotionGateway.Credentials;

/// <summary>
/// Keeps credentials fresh in the background: looks once a second at what is due, and starts that. A credential that
/// takes long holds up no other.
/// </summary>
internal sealed class CredentialSchedule(
    CredentialStore store, CredentialRefresher refresher, SecretReaders secrets, TimeProvider time, ILogger<CredentialSchedule> log)
    : BackgroundLoop(TimeSpan.FromSeconds(1), time, log)
{
    protected override Task TickAsync(CancellationToken stopping)
    {
        foreach (var credential in store.All)
        {
            try
            {
                StartWhatIsDue(credential);
            }
            catch (Exception exception)
            {
                Log.RefreshBroke(credential.Name, exception);
            }
        }

        return Task.CompletedTask;
    }

    private void StartWhatIsDue(Credential credential)
    {
        if (credential.Busy)
        {
            return;
        }

        var (state, now) = (credential.State, Time.Monotonic());
        if (state.Due <= now || state.IsProbeDue(now) || secrets.MayHaveChanged(credential.Options.Place))
        {
            credential.Busy = true;
            _ = RunAsync(credential);
        }
    }

    private async Task RunAsync(Credential credential)
    {
        try
        {
            await refresher.ReadAsync(credential);
            var state = credential.State;
            var wantsProbe = state is { Token: not null, Quarantined: false, Identity: null } && credential.Options.VerifyToken;
            if (wantsProbe || state.IsProbeDue(Time.Monotonic()))
            {
                await refresher.ProbeAsync(credential);
            }
        }
        catch (Exception exception)
        {
            // A defect in a source must not end the maintenance of all the others.
            Log.RefreshBroke(credential.Name, exception);
        }
        finally
        {
            credential.NoteFirstRead();
            credential.Advance(state => state with { Tried = true });
            credential.Busy = false;
        }
    }
}
