using System.IO.Pipelines;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Bodies;
using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl.Attempts;

public sealed class AttemptLoopTests
{
    private static readonly AttemptOutcome Unauthorized = AttemptOutcome.Unauthorized.Instance;
    private static readonly AttemptOutcome HandedOn = AttemptOutcome.HandedOn.Instance;

    private readonly FakeTimeProvider _time = new();
    private readonly OneToken _source = new();
    private readonly ScriptedProbe _probe = new();
    private readonly CredentialRefresher _refresher;
    private readonly Credential _credential;
    private readonly Queues _flow;
    private readonly AttemptLoop _loop;
    private readonly List<NotionToken> _sentWith = [];

    public AttemptLoopTests()
    {
        var store = new CredentialStore(
            new Reloadable<CredentialsOptions>(new CredentialsOptions([Some.CredentialOptions() with { Place = new FakeSecret(_source) }])));
        var sources = new SecretReaders(Some.Upstream, new ServiceCollection().BuildServiceProvider());
        var meters = new TestMeters();
        _refresher = new CredentialRefresher(
            sources, _probe, _time, new Random(1), new CredentialsMetrics(meters, store, _time), NullLogger<CredentialRefresher>.Instance);
        _credential = store.All.Single();
        _flow = new Queues(_time);
        _time.Advance(TimeSpan.FromMinutes(2));
        _loop = _flow.Loop(
            new CredentialRenewal(_refresher, _time), new StillAdmitted(_flow.Rules, new CredentialFinder(store, new NoGrantedCredentials(), _time)));
    }

    [Fact]
    public async Task An_answer_that_was_handed_on_ends_it()
    {
        Assert.Null(await RunAsync(HandedOn));
        Assert.Single(_sentWith);
    }

    [Fact]
    public async Task A_failure_is_told_and_not_repeated()
    {
        var refusal = new Refusal(RefusalReason.UpstreamReset, "broke");
        Assert.Same(refusal, await RunAsync(new AttemptOutcome.Failed(refusal)));
        Assert.Single(_sentWith);
    }

    [Fact]
    public async Task A_401_is_repeated_once_with_the_token_that_has_come_since()
    {
        Assert.Null(await RunAsync(Unauthorized, HandedOn));
        Assert.Equal([Some.Token(), Some.Token(The.OtherToken)], _sentWith);
    }

    [Fact]
    public async Task A_second_401_is_not_repeated_again()
    {
        var refusal = await RunAsync(Unauthorized, Unauthorized);
        Assert.Equal(RefusalReason.UpstreamUnauthorized, refusal!.Reason);
        Assert.Equal(2, _sentWith.Count);
    }

    [Fact]
    public async Task A_body_that_has_gone_is_not_repeated()
    {
        var refusal = await RunAsync(await BegunUploadAsync(), Unauthorized);
        Assert.Equal(RefusalReason.UpstreamUnauthorized, refusal!.Reason);
        Assert.Contains("send the request again", refusal.Message);
        Assert.Single(_sentWith);
    }

    [Fact]
    public async Task A_token_that_stays_the_same_and_is_dead_is_told()
    {
        _source.Next = The.NotionToken;
        var refusal = await RunAsync(Unauthorized);
        Assert.Equal(RefusalReason.UpstreamUnauthorized, refusal!.Reason);
        Assert.True(_credential.State.Quarantined);
    }

    [Theory]
    [InlineData(ProbeVerdict.Accepted, "but accepts it otherwise")]
    [InlineData(ProbeVerdict.Unknown, "could not be asked whether the token is still valid")]
    internal async Task A_401_of_one_request_is_told_with_what_Notion_said_of_the_token_otherwise(ProbeVerdict verdict, string words)
    {
        (_source.Next, _probe.Verdict) = (The.NotionToken, verdict);
        var refusal = await RunAsync(Unauthorized);
        Assert.Equal(RefusalReason.UpstreamUnauthorized, refusal!.Reason);
        Assert.Contains(words, refusal.Message);
        Assert.False(_credential.State.Quarantined);
    }

    [Theory]
    [InlineData(true, "interrupted")]
    [InlineData(false, "shutting_down")]
    public async Task A_repeat_that_the_end_of_the_program_prevents_is_told_by_what_may_have_been_applied(bool sent, string reason)
    {
        var lost = new AttemptOutcome.Failed(new Refusal(RefusalReason.UpstreamReset, "broke"), IsConnectionLoss: true);
        Assert.Equal(reason, (await ClosedAfterAsync(lost, sent))!.Reason.Name);
    }

    [Theory]
    [InlineData(0, "interrupted")]
    [InlineData(1, "shutting_down")]
    public async Task Of_an_answer_that_says_that_nothing_was_done_nothing_may_have_been_applied(int cause, string reason)
    {
        var repeat = new AttemptOutcome.Repeat(cause == 0 ? RetryCause.ServerError : RetryCause.RateLimited, TimeSpan.Zero);
        Assert.Equal(reason, (await ClosedAfterAsync(repeat, sent: true))!.Reason.Name);
    }

    [Theory]
    [InlineData(false, "wait_too_long")]
    [InlineData(true, "cooling_down")]
    public async Task A_repeat_that_gets_no_permit_does_not_hide_that_it_was_sent(bool paused, string reason)
    {
        _source.Next = The.NotionToken;
        await _refresher.ReadAsync(_credential);
        var sending = _flow.Sending(_credential);
        var permit = new PermitRequest(_credential, "crm", 1, _flow.Now + TimeSpan.FromMilliseconds(200)) { Operation = sending.Operation };
        var running = _loop.RunAsync(sending, permit, attempt =>
        {
            attempt.MarkSent();
            _flow.Drain(_credential);
            if (paused)
            {
                _flow.Feedback.Note(_credential, sending.Operation, new UpstreamResponse(429, NotionError.Unknown, "30"), attempt: 1);
            }

            return Task.FromResult<AttemptOutcome>(new AttemptOutcome.Failed(new Refusal(RefusalReason.UpstreamReset, "broke"), IsConnectionLoss: true));
        });
        _time.Advance(TimeSpan.FromMilliseconds(100));
        var refusal = await running;

        Assert.Equal(reason, refusal!.Reason.Name);
        Assert.NotNull(refusal.RetryAfter);
        Assert.DoesNotContain("Nothing was sent", refusal.Message);
        Assert.Contains("An earlier attempt was sent and failed; a write may have been applied.", refusal.Message);
    }

    private async Task<Refusal?> ClosedAfterAsync(AttemptOutcome outcome, bool sent)
    {
        _source.Next = The.NotionToken;
        await _refresher.ReadAsync(_credential);
        using var timeUp = new CancellationTokenSource();
        var sending = _flow.Sending(_credential, timeUp: timeUp.Token);
        return await _loop.RunAsync(sending, _flow.Permit(sending), attempt =>
        {
            if (sent)
            {
                attempt.MarkSent();
            }

            Assert.Equal(sent, attempt.IsSent);
            _flow.Table.Close();
            timeUp.Cancel();
            return Task.FromResult(outcome);
        });
    }

    private async Task<RequestBody> BegunUploadAsync()
    {
        var body = new CallerBody(PipeReader.Create(new MemoryStream([1, 2, 3])), announced: 3, _time, CancellationToken.None);
        Assert.Equal(1, await body.ReadAsync(new byte[1]));
        return new RequestBody(RequestMode.Upload, Upload: body);
    }

    private Task<Refusal?> RunAsync(params AttemptOutcome[] outcomes) => RunAsync(RequestBody.None(streamsResponse: false), outcomes);

    private async Task<Refusal?> RunAsync(RequestBody body, params AttemptOutcome[] outcomes)
    {
        var next = _source.Next;
        _source.Next = The.NotionToken;
        await _refresher.ReadAsync(_credential);
        _source.Next = next;
        var sending = _flow.Sending(_credential, body: body);
        var left = new Queue<AttemptOutcome>(outcomes);
        var refusal = await _loop.RunAsync(sending, _flow.Permit(sending), attempt =>
        {
            attempt.MarkSent();
            _sentWith.Add(attempt.Token);
            return Task.FromResult(left.Dequeue());
        });
        Assert.Empty(left);
        Assert.Equal(_sentWith.Count, sending.Attempts);
        return refusal;
    }

    private sealed class OneToken : ISecretReader
    {
        public string Next { get; set; } = The.OtherToken;

        public Task<SourceReading> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(SourceReading.Of(Next));
    }

    private sealed class ScriptedProbe : ITokenProbe
    {
        public ProbeVerdict Verdict { get; set; } = ProbeVerdict.Rejected;

        public Task<ProbeResult> ProbeAsync(Credential credential, NotionToken token, CancellationToken cancellationToken) =>
            Task.FromResult(new ProbeResult(Verdict));
    }
}
