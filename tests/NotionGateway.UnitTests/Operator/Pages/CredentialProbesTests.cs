using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.Operator;
using NotionGateway.Operator.Pages;
using NotionGateway.Operator.Sessions;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Operator.Pages;

public sealed class CredentialProbesTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Scripted _scripted = new();
    private readonly CredentialStore _store;
    private readonly CredentialProbes _probes;
    private readonly OperatorSession _session = new(new OperatorIdentity("7cd94d2d", KeyDigest.Of(The.OperatorKey), true), "token", TimeSpan.Zero);
    private readonly OperatorRecord _record = new();

    public CredentialProbesTests()
    {
        _store = new CredentialStore(new Reloadable<CredentialsOptions>(new CredentialsOptions(
            [.. new[] { "dying", "other" }.Select(name => Some.CredentialOptions(name) with { Place = new FakeSecret(_scripted) })])));
        var refresher = new CredentialRefresher(
            new SecretReaders(Some.Upstream, _services), _scripted, _time, new Random(1),
            new CredentialsMetrics(_services.GetRequiredService<IMeterFactory>(), _store, _time), NullLogger<CredentialRefresher>.Instance);
        _probes = new CredentialProbes(_store, refresher, _time);
    }

    [Theory]
    [InlineData(ProbeVerdict.Accepted, null, "accepted", true, "dying: Notion accepts the token (bot b, workspace w).")]
    [InlineData(ProbeVerdict.Rejected, null, "rejected", false, "dying: Notion rejects the token (401): replace it.")]
    [InlineData(ProbeVerdict.Unknown, "Notion answered 429 (rate_limited)", "unknown", false, "dying: Notion answered 429 (rate_limited).")]
    internal async Task What_Notion_says_is_told_and_on_record(ProbeVerdict verdict, string? problem, string outcome, bool ok, string told)
    {
        _scripted.Result = new ProbeResult(verdict, verdict == ProbeVerdict.Accepted ? new NotionIdentity("b", "w") : null, problem);

        var response = await RunAsync("dying");

        Assert.Equal((303, "/", outcome), (response.Status, response.Location, response.Outcome));
        Assert.Equal(("probe_credential", "dying"), (_record.Action, _record.Subject));
        Assert.Equal(new PageNotice(ok, told), _session.TakeNotice());
        Assert.Equal(verdict == ProbeVerdict.Rejected, _store.Find(new CredentialName("dying"))!.State.Quarantined);
    }

    [Fact]
    public async Task A_token_that_was_replaced_meanwhile_is_read_first()
    {
        _scripted.Token = The.OtherToken;
        await RunAsync("dying");
        Assert.Equal(Some.Token(The.OtherToken), _scripted.Tried);

        _time.Advance(CredentialProbes.Interval);
        _scripted.Token = null;
        await RunAsync("dying");
        Assert.Equal("dying: its source cannot be read: it is gone.", _session.TakeNotice()?.Text);
        await RunAsync("other");
        Assert.Equal("other: no token: it is gone.", _session.TakeNotice()?.Text);
    }

    [Fact]
    public async Task Each_credential_is_tried_once_in_ten_seconds()
    {
        Assert.Equal(303, (await RunAsync("dying")).Status);
        var tooSoon = await RunAsync("dying");
        Assert.Equal((429, CredentialProbes.Interval), (tooSoon.Status, tooSoon.Refusal?.RetryAfter));
        Assert.Equal(303, (await RunAsync("other")).Status);
        Assert.Equal(2, _scripted.Asked);

        _time.Advance(CredentialProbes.Interval - TimeSpan.FromSeconds(1));
        Assert.Equal(429, (await RunAsync("dying")).Status);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(303, (await RunAsync("dying")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("crm/acme")]
    [InlineData("<b>")]
    public async Task What_is_not_configured_is_not_tried_and_not_on_record(string name)
    {
        Assert.Equal(400, (await RunAsync(name)).Status);
        Assert.Equal((0, "none"), (_scripted.Asked, _record.Subject));
    }

    public void Dispose() => _services.Dispose();

    private Task<PageResponse> RunAsync(string credential) =>
        _probes.RunAsync(PageForm.Parse($"credential={Uri.EscapeDataString(credential)}"), _session, _record);

    private sealed class Scripted : ISecretReader, ITokenProbe
    {
        public string? Token { get; set; } = The.NotionToken;

        public ProbeResult Result { get; set; } = new(ProbeVerdict.Accepted);

        public NotionToken? Tried { get; private set; }

        public int Asked { get; private set; }

        public bool MayHaveChanged() => false;

        public Task<SourceReading> ReadAsync(CancellationToken cancellationToken) =>
            Task.FromResult(Token is { } token ? SourceReading.Of(token) : SourceReading.Failed("it is gone"));

        public Task<ProbeResult> ProbeAsync(Credential credential, NotionToken token, CancellationToken cancellationToken)
        {
            (Tried, Asked) = (token, Asked + 1);
            return Task.FromResult(Result);
        }
    }
}
