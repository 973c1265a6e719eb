using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Access;
using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl;

/// <summary>
/// Callers whose requests wait for their permits, with everything that lets them in: access, credentials, queue and loop, on the test's own time.
/// </summary>
internal sealed class WaitingCallers
{
    private readonly Reloadable<AccessOptions> _access;
    private readonly Reloadable<AccessRules> _rules;
    private readonly Reloadable<CredentialsOptions> _credentials;
    private readonly CancellationTokenSource _timeUp = new();
    private readonly AttemptLoop _loop;
    private int _sending;

    public WaitingCallers(PermitLimit limit, params string[] callers)
    {
        _access = new Reloadable<AccessOptions>(Some.Access([.. callers.Select(Some.CallerOptions)]));
        _rules = _access.Map(options => new AccessRules(options));
        _credentials = new Reloadable<CredentialsOptions>(new CredentialsOptions([Some.CredentialOptions(), Some.CredentialOptions("second")]));
        Store = new CredentialStore(_credentials);
        Read("default", The.NotionToken);
        Read("second", The.OtherToken);
        Queues = new Queues(options: Queues.Some(limit), signal: AdmissionSignal.Of(_rules, Store));
        var meters = new TestMeters();
        var sources = new SecretReaders(Some.Upstream, new ServiceCollection().BuildServiceProvider());
        var refresher = new CredentialRefresher(
            sources, new NobodyToAsk(), Queues.Time, new Random(1), new CredentialsMetrics(meters, Store, Queues.Time),
            NullLogger<CredentialRefresher>.Instance);
        Admitted = new StillAdmitted(_rules, new CredentialFinder(Store, new NoGrantedCredentials(), Queues.Time));
        _loop = Queues.Loop(new CredentialRenewal(refresher, Queues.Time), Admitted);
    }

    public Queues Queues { get; }

    public CredentialStore Store { get; }

    public StillAdmitted Admitted { get; }

    public List<(string Caller, string Credential, Task<Refusal?> End)> All { get; } = [];

    /// <summary>What has gone out, in its order.</summary>
    public List<(string Caller, NotionToken Token)> Sent { get; } = [];

    /// <summary>A request begins; it is answered once it is sent, after so many repeats. Requests with one key share a permit.</summary>
    public void Ask(
        string caller, int repeats = 0, string? chosen = null, object? key = null, Func<Attempt, AttemptOutcome>? send = null, TimeSpan? maxWait = null)
    {
        var name = chosen ?? "default";
        var credential = Store.Find(new CredentialName(name)) ?? throw new InvalidOperationException($"There is no credential '{name}'.");
        var who = _rules.Current.CallerNamed(caller) ?? throw new InvalidOperationException($"There is no caller '{caller}'.");
        var sending = Queues.Sending(credential, Some.Admission(_rules.Current, who, "users.list", name, chosen, "/v1/users"), timeUp: _timeUp.Token);
        var permit = new PermitRequest(credential, caller, 1, Queues.Now + (maxWait ?? TimeSpan.FromDays(1)))
        {
            Operation = sending.Operation,
            WhyLost = () => Admitted.WhyLost(sending.Admission, sending.Credential),
            KeyOf = key is null ? null : _ => key,
            KeyedBy = key,
        };
        All.Add((caller, name, _loop.RunAsync(sending, permit, attempt =>
        {
            if (send is not null)
            {
                return Task.FromResult(send(attempt));
            }

            attempt.MarkSent();
            lock (Sent)
            {
                Sent.Add((caller, attempt.Token));
            }

            return Task.FromResult<AttemptOutcome>(
                repeats-- > 0 ? new AttemptOutcome.Repeat(RetryCause.ServerError, TimeSpan.Zero) : AttemptOutcome.HandedOn.Instance);
        })));
    }

    public void TokenDies() => Store.Find(CredentialName.Default)!.Advance(state => state.AfterRejection(Queues.Time.Monotonic(), 0.5));

    public void TimeIsUp()
    {
        Queues.Table.Close();
        _timeUp.Cancel();
    }

    public void ReloadCaller(string name, Func<CallerOptions, CallerOptions?> change) => _access.Replace(_access.Current with
    {
        Callers = [.. _access.Current.Callers.Select(caller => caller.Name == name ? change(caller) : caller).OfType<CallerOptions>()],
    });

    public void RemoveCredential(string name) =>
        _credentials.Replace(new CredentialsOptions([.. _credentials.Current.All.Where(credential => credential.Name.Value != name)]));

    public void Pass(int milliseconds)
    {
        for (; milliseconds > 0; milliseconds -= 50)
        {
            Queues.Time.Advance(TimeSpan.FromMilliseconds(50));
            Settle();
        }
    }

    /// <summary>Waits until every unanswered caller is in a queue: work that a permit or a signal has started on other threads has ended.</summary>
    public void Settle()
    {
        _sending = 0;
        while (All.Count(one => !one.End.IsCompleted) != Waiting)
        {
            Assert.True(_sending++ < 10_000_000, "Somebody neither waits nor is answered.");
            Thread.Yield();
        }
    }

    private int Waiting => Queues.Table.Bindings.Select(binding => binding.ConnectionQueue).Distinct().Sum(connectionQueue => connectionQueue.Waiting().Count);

    private void Read(string name, string token)
    {
        var credential = Store.Find(new CredentialName(name))!;
        credential.Advance(state => state.AfterReading(Some.Token(token), credential.Options, TimeSpan.Zero, 0.5));
        credential.NoteFirstRead();
    }

    private sealed class NobodyToAsk : ITokenProbe
    {
        public Task<ProbeResult> ProbeAsync(Credential credential, NotionToken token, CancellationToken cancellationToken) =>
            Task.FromResult(new ProbeResult(ProbeVerdict.Unknown));
    }
}
