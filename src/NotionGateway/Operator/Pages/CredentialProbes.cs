using NotionGateway.Browsers;
using NotionGateway.Credentials;
using NotionGateway.Operator.Pages.Views;
using NotionGateway.Operator.Sessions;

namespace NotionGateway.Operator.Pages;

/// <summary>
/// The button that tries a credential at once: its source is read, and Notion is asked with its token, for one permit. Each credential so often at
/// most, since permits are scarce.
/// </summary>
internal sealed class CredentialProbes(CredentialStore store, CredentialRefresher refresher, TimeProvider time)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const int MostCredentials = 1000;

    private static readonly Refusal NoCredential = new(RefusalReason.InvalidRequest, "There is no configured credential with this name.");

    private static readonly Refusal TooSoon = new(
        RefusalReason.QueueFull, "This credential was tried within the last ten seconds. Its state is on the overview; wait before you try it again.")
    {
        RetryAfter = Interval,
    };

    private readonly AttemptLimit<CredentialName> _tries = new(1, Interval, MostCredentials, time);

    public async Task<PageResponse> RunAsync(PageForm form, OperatorSession session, OperatorRecord record)
    {
        record.Action = "probe_credential";
        if (store.All.FirstOrDefault(credential => credential.Name.Value == form["credential"]) is not { } wanted)
        {
            return PageResponse.No(NoCredential);
        }

        record.Subject = wanted.Name.Value;
        if (!_tries.TryTake(wanted.Name))
        {
            return PageResponse.No(TooSoon);
        }

        var (verdict, words) = await refresher.TryAsync(wanted);
        session.Tell(new PageNotice(verdict == ProbeVerdict.Accepted, $"{wanted.Name}: {words}."));
        return PageResponse.GoTo(PagePaths.Overview, verdict switch
        {
            ProbeVerdict.Accepted => "accepted",
            ProbeVerdict.Rejected => "rejected",
            _ => "unknown",
        });
    }
}
