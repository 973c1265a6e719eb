using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Credentials;

/// <summary>Reading, probing, renewing and the schedule, together, on fake time.</summary>
public sealed class CredentialMaintenanceTests
{
    private readonly TwoClocks _time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly ScriptedSource _source = new();
    private readonly ScriptedProbe _probe = new();
    private readonly Reloadable<CredentialsOptions> _options;
    private readonly CredentialStore _store;
    private readonly SecretReaders _sources;
    private readonly CredentialRefresher _refresher;
    private readonly CredentialRenewal _renewal;

    public CredentialMaintenanceTests()
    {
        _options = new Reloadable<CredentialsOptions>(new CredentialsOptions([Configured]));
        _store = new CredentialStore(_options);
        _sources = new SecretReaders(Some.Upstream, new ServiceCollection().BuildServiceProvider());
        var meters = new TestMeters();
        _refresher = new CredentialRefresher(
            _sources, _probe, _time, new Random(1), new CredentialsMetrics(meters, _store, _time), NullLogger<CredentialRefresher>.Instance);
        _renewal = new CredentialRenewal(_refresher, _time);
    }

    private CredentialOptions Configured => Some.CredentialOptions() with { Place = new FakeSecret(_source) };

    private Credential Credential => _store.All.Single();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_401_that_another_request_has_dealt_with_costs_nothing()
    {
        await _refresher.ReadAsync(Credential);
        var old = Some.Token(The.OtherToken);

        Assert.Equal(RenewalOutcome.Changed, await _renewal.AfterUnauthorizedAsync(Credential, old, Cancel));
        Assert.Equal(1, _source.Reads);
    }

    [Fact]
    public async Task A_401_reads_the_source_again_and_finds_the_rotated_token()
    {
        await _refresher.ReadAsync(Credential);
        var used = Credential.State.Token!;
        _source.Token = The.OtherToken;

        Assert.Equal(RenewalOutcome.Changed, await _renewal.AfterUnauthorizedAsync(Credential, used, Cancel));
        Assert.Equal(Some.Token(The.OtherToken), Credential.State.Token);
        Assert.Equal(0, _probe.Asked);
    }

    [Fact]
    public async Task A_401_with_the_same_token_is_a_death_only_if_the_probe_says_so_too()
    {
        await _refresher.ReadAsync(Credential);
        _probe.Verdict = ProbeVerdict.Rejected;

        Assert.Equal(RenewalOutcome.Dead, await _renewal.AfterUnauthorizedAsync(Credential, Credential.State.Token!, Cancel));
        Assert.True(Credential.State.Quarantined);
    }

    [Theory]
    [InlineData(ProbeVerdict.Accepted, RenewalOutcome.Stands)]
    [InlineData(ProbeVerdict.Unknown, RenewalOutcome.Unverified)]
    internal async Task A_401_that_the_probe_does_not_confirm_stands_alone(ProbeVerdict verdict, RenewalOutcome outcome)
    {
        await _refresher.ReadAsync(Credential);
        _probe.Verdict = verdict;

        Assert.Equal(outcome, await _renewal.AfterUnauthorizedAsync(Credential, Credential.State.Token!, Cancel));
        Assert.Equal(outcome, await _renewal.AfterUnauthorizedAsync(Credential, Credential.State.Token!, Cancel));
        Assert.Equal(1, _probe.Asked);
        Assert.False(Credential.State.Quarantined);
    }

    [Fact]
    public async Task Why_a_token_could_not_be_verified_is_known_until_it_could()
    {
        await _refresher.ReadAsync(Credential);
        (_probe.Verdict, _probe.Problem) = (ProbeVerdict.Unknown, "Notion could not be reached: connection refused");
        await _refresher.ProbeAsync(Credential);
        Assert.Equal(("Notion could not be reached: connection refused", false), (Credential.State.ProbeProblem, Credential.State.Quarantined));
        Assert.Null(Credential.LastSuccess);

        (_probe.Verdict, _probe.Problem) = (ProbeVerdict.Accepted, null);
        await _refresher.ProbeAsync(Credential);
        Assert.Null(Credential.State.ProbeProblem);
        Assert.Equal(_time.Monotonic(), Credential.LastSuccess);
    }

    [Fact]
    public async Task A_burst_of_401s_costs_one_reading_and_one_probe()
    {
        await _refresher.ReadAsync(Credential);
        var used = Credential.State.Token!;
        _probe.Verdict = ProbeVerdict.Rejected;
        var hold = _source.Hold();

        var burst = Enumerable.Range(0, 50).Select(_ => _renewal.AfterUnauthorizedAsync(Credential, used, Cancel)).ToArray();
        hold.SetResult();

        Assert.All(await Task.WhenAll(burst), outcome => Assert.Equal(RenewalOutcome.Dead, outcome));
        Assert.Equal(2, _source.Reads);
        Assert.InRange(_probe.Asked, 1, 2);
    }

    [Fact]
    public async Task An_operation_that_always_says_401_does_not_become_a_storm()
    {
        await _refresher.ReadAsync(Credential);
        for (var request = 0; request < 20; request++)
        {
            Assert.Equal(RenewalOutcome.Stands, await _renewal.AfterUnauthorizedAsync(Credential, Credential.State.Token!, Cancel));
        }

        Assert.Equal((2, 1), (_source.Reads, _probe.Asked));
        _time.Advance(TimeSpan.FromSeconds(6));
        await _renewal.AfterUnauthorizedAsync(Credential, Credential.State.Token!, Cancel);
        Assert.Equal((3, 2), (_source.Reads, _probe.Asked));
    }

    [Fact]
    public async Task A_caller_that_hangs_up_does_not_stop_the_renewal_for_others()
    {
        await _refresher.ReadAsync(Credential);
        var used = Credential.State.Token!;
        _source.Token = The.OtherToken;
        var hold = _source.Hold();
        using var hungUp = new CancellationTokenSource();

        var impatient = _renewal.AfterUnauthorizedAsync(Credential, used, hungUp.Token);
        var patient = _renewal.AfterUnauthorizedAsync(Credential, used, Cancel);
        await hungUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        hold.SetResult();

        Assert.Equal(RenewalOutcome.Changed, await patient);
    }

    [Fact]
    public async Task A_source_that_does_not_answer_is_given_up_after_ten_seconds()
    {
        _source.Hold();
        var reading = _refresher.ReadAsync(Credential);
        await _source.Entered;
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.False(await reading);
        Assert.Contains("did not respond", Credential.State.Problem);
        Assert.True(Credential.FirstRead.IsCompleted);
    }

    [Fact]
    public async Task The_schedule_reads_at_the_start_and_again_when_it_is_due()
    {
        using var schedule = new CredentialSchedule(_store, _refresher, _sources, _time, NullLogger<CredentialSchedule>.Instance);
        await schedule.StartAsync(Cancel);
        await UntilAsync(() => Credential.State.Tried && !Credential.Busy);
        Assert.Equal((1, 1), (_source.Reads, _probe.Asked));

        _source.Token = The.OtherToken;
        _time.Advance(TimeSpan.FromSeconds(240));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _source.Reads);

        for (var second = 0; second < 100; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await UntilAsync(() => Some.Token(The.OtherToken).Equals(Credential.State.Token) && !Credential.Busy);
        Assert.Equal(2, _probe.Asked);
        await schedule.StopAsync(Cancel);
    }

    [Fact]
    public async Task The_schedule_looks_before_its_time_when_the_source_says_so()
    {
        using var schedule = new CredentialSchedule(_store, _refresher, _sources, _time, NullLogger<CredentialSchedule>.Instance);
        await schedule.StartAsync(Cancel);
        await UntilAsync(() => Credential.State.Tried && !Credential.Busy);

        (_source.Token, _source.Changed) = (The.OtherToken, true);
        _time.Advance(TimeSpan.FromSeconds(1));

        await UntilAsync(() => Some.Token(The.OtherToken).Equals(Credential.State.Token));
        await schedule.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_quarantined_credential_comes_back_when_a_probe_succeeds()
    {
        _probe.Verdict = ProbeVerdict.Rejected;
        using var schedule = new CredentialSchedule(_store, _refresher, _sources, _time, NullLogger<CredentialSchedule>.Instance);
        await schedule.StartAsync(Cancel);
        await UntilAsync(() => Credential.State is { Quarantined: true, Tried: true } && !Credential.Busy);

        _probe.Verdict = ProbeVerdict.Accepted;
        for (var second = 0; second < 6; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await UntilAsync(() => Credential.State.Refuse(Credential.Options, _time.Monotonic()) is null);
        await schedule.StopAsync(Cancel);
    }

    [Fact]
    public async Task In_quarantine_the_source_is_read_as_often_as_ever()
    {
        _options.Replace(new CredentialsOptions([Configured with { RefreshInterval = TimeSpan.FromSeconds(10) }]));
        _probe.Verdict = ProbeVerdict.Rejected;
        await _refresher.ReadAsync(Credential);
        for (var probe = 0; probe < 8; probe++)
        {
            await _refresher.ProbeAsync(Credential);
        }

        using var schedule = new CredentialSchedule(_store, _refresher, _sources, _time, NullLogger<CredentialSchedule>.Instance);
        await schedule.StartAsync(Cancel);
        _source.Token = The.OtherToken;
        for (var second = 0; second < 12; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await UntilAsync(() => Some.Token(The.OtherToken).Equals(Credential.State.Token));
        await schedule.StopAsync(Cancel);
    }

    [Fact]
    public async Task In_quarantine_a_source_that_may_have_changed_costs_no_probe()
    {
        _probe.Verdict = ProbeVerdict.Rejected;
        using var schedule = new CredentialSchedule(_store, _refresher, _sources, _time, NullLogger<CredentialSchedule>.Instance);
        await schedule.StartAsync(Cancel);
        await UntilAsync(() => Credential.State is { Quarantined: true, Tried: true } && !Credential.Busy);

        _source.Changed = true;
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => _source.Reads == 2 && !Credential.Busy);
        Assert.Equal(1, _probe.Asked);
        await schedule.StopAsync(Cancel);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(-24 * 365)]
    [InlineData(24 * 365)]
    public async Task A_wall_clock_that_is_set_changes_nothing_of_what_is_due(int hours)
    {
        _probe.Verdict = ProbeVerdict.Rejected;
        using var schedule = new CredentialSchedule(_store, _refresher, _sources, _time, NullLogger<CredentialSchedule>.Instance);
        await schedule.StartAsync(Cancel);
        await UntilAsync(() => Credential.State is { Quarantined: true, Tried: true } && !Credential.Busy);

        _time.SetWallClock(TimeSpan.FromHours(hours));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _probe.Asked);
        Assert.InRange(Credential.State.ProbeDue - _time.Monotonic(), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5));

        _probe.Verdict = ProbeVerdict.Accepted;
        for (var second = 0; second < 6; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        await UntilAsync(() => Credential.State.Refuse(Credential.Options, _time.Monotonic()) is null);
        await schedule.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_wall_clock_that_is_set_ends_no_token_whose_source_is_down()
    {
        await _refresher.ReadAsync(Credential);
        _source.Throws = new InvalidOperationException("down");
        await _refresher.ReadAsync(Credential);

        _time.SetWallClock(TimeSpan.FromDays(400));
        Assert.Null(Credential.State.Refuse(Credential.Options, _time.Monotonic()));

        _time.SetWallClock(TimeSpan.FromDays(-800));
        _time.Advance(Credential.Options.MaxStaleness + TimeSpan.FromSeconds(1));
        Assert.Equal(RefusalReason.CredentialUnavailable, Credential.State.Refuse(Credential.Options, _time.Monotonic())?.Reason);
    }

    [Fact]
    public async Task A_defect_in_a_source_does_not_end_the_care()
    {
        _source.Throws = new InvalidOperationException("defect");
        using var schedule = new CredentialSchedule(_store, _refresher, _sources, _time, NullLogger<CredentialSchedule>.Instance);
        await schedule.StartAsync(Cancel);
        await UntilAsync(() => Credential.State.Tried && !Credential.Busy);

        _source.Throws = null;
        _time.Advance(TimeSpan.FromSeconds(1));

        await UntilAsync(() => Credential.State.Token is not null);
        await schedule.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_reload_keeps_what_is_known_of_unchanged_credentials()
    {
        await _refresher.ReadAsync(Credential);
        var kept = Credential;
        _options.Replace(new CredentialsOptions([Configured, Some.CredentialOptions("second")]));

        Assert.Same(kept, _store.Find(CredentialName.Default));
        Assert.NotNull(_store.Find(new CredentialName("second")));

        _options.Replace(new CredentialsOptions([Configured with { Plan = "Business" }]));
        Assert.NotSame(kept, _store.Find(CredentialName.Default));
        Assert.Null(_store.Find(new CredentialName("second")));
    }

    [Fact]
    public async Task A_reload_that_changes_how_often_and_whether_it_is_verified_counts_at_once()
    {
        var before = Configured with { RefreshInterval = TimeSpan.FromDays(1), VerifyToken = false };
        _options.Replace(new CredentialsOptions([before]));
        using var schedule = new CredentialSchedule(_store, _refresher, _sources, _time, NullLogger<CredentialSchedule>.Instance);
        await schedule.StartAsync(Cancel);
        await UntilAsync(() => Credential.State.Tried && !Credential.Busy);
        Assert.Equal((1, 0), (_source.Reads, _probe.Asked));

        _options.Replace(new CredentialsOptions([before with { RefreshInterval = TimeSpan.FromMinutes(1), VerifyToken = true }]));
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => Credential.State.Identity is not null && !Credential.Busy);
        Assert.Equal((2, 1), (_source.Reads, _probe.Asked));
        Assert.InRange(Credential.State.Due - _time.Monotonic(), TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(70));
        await schedule.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_reload_during_the_first_probe_does_not_put_off_that_all_has_been_tried()
    {
        var hold = _probe.Hold();
        using var schedule = new CredentialSchedule(_store, _refresher, _sources, _time, NullLogger<CredentialSchedule>.Instance);
        await schedule.StartAsync(Cancel);
        await UntilAsync(() => _probe.Asked == 1);

        _options.Replace(new CredentialsOptions([Configured with { Plan = "Business" }]));
        hold.SetResult();
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(() => Credential.State.Tried);
        await schedule.StopAsync(Cancel);
    }

    /// <summary>Background work runs on real threads; only its time is fake.</summary>
    private static Task UntilAsync(Func<bool> condition) =>
        SafetyNet.UntilAsync(() => Task.FromResult(condition()), async () => await Task.Yield(), () => "Waited in vain.");

    private sealed class ScriptedSource : ISecretReader
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource? _hold;
        private int _reads;

        public string Token { get; set; } = The.NotionToken;

        public bool Changed { get; set; }

        public Exception? Throws { get; set; }

        public int Reads => Volatile.Read(ref _reads);

        public Task Entered => _entered.Task;

        public TaskCompletionSource Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool MayHaveChanged() => Changed && !(Changed = false);

        public async Task<SourceReading> ReadAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _reads);
            _entered.TrySetResult();
            if (_hold is { } hold)
            {
                await hold.Task.WaitAsync(cancellationToken);
            }

            return Throws is null ? SourceReading.Of(Token) : throw Throws;
        }
    }

    private sealed class ScriptedProbe : ITokenProbe
    {
        private TaskCompletionSource? _hold;
        private int _asked;

        public ProbeVerdict Verdict { get; set; } = ProbeVerdict.Accepted;

        public string? Problem { get; set; }

        public int Asked => Volatile.Read(ref _asked);

        public TaskCompletionSource Hold() => _hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<ProbeResult> ProbeAsync(Credential credential, NotionToken token, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            await (_hold?.Task ?? Task.CompletedTask);
            return new ProbeResult(Verdict, Verdict == ProbeVerdict.Accepted ? new NotionIdentity("bot", "space") : null, Problem);
        }
    }
}
