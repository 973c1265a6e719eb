using Microsoft.Extensions.Time.Testing;
using NotionGateway.Credentials;
using NotionGateway.Health;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Health;

public sealed class ReadinessTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Drain _drain = new();
    private readonly CredentialStore _store = new(
        new Reloadable<CredentialsOptions>(new CredentialsOptions([Some.CredentialOptions("one"), Some.CredentialOptions("two")])));

    [Fact]
    public void Nothing_is_ready_before_every_credential_has_been_tried()
    {
        Set("one", state => state.AfterReading(Some.Token(), Some.CredentialOptions(), _time.Monotonic(), 0.5) with { Tried = true });
        Assert.Contains("not been tried", WhyNot());
    }

    [Fact]
    public void One_usable_credential_is_enough_unless_all_are_required()
    {
        Set("one", state => state.AfterReading(Some.Token(), Some.CredentialOptions(), _time.Monotonic(), 0.5) with { Tried = true });
        Set("two", state => state.AfterFailure("down", Some.CredentialOptions(), _time.Monotonic(), 0.5) with { Tried = true });
        Assert.Null(WhyNot());
        Assert.Contains("a credential cannot be used", WhyNot(requireAll: true));
    }

    [Fact]
    public void No_usable_credential_is_not_enough()
    {
        Set("one", state => state with { Tried = true });
        Set("two", state =>
        {
            var read = state.AfterReading(Some.Token(), Some.CredentialOptions(), _time.Monotonic(), 0.5);
            return read.AfterRejection(_time.Monotonic(), 0.5) with { Tried = true };
        });
        Assert.Contains("no credential", WhyNot());
    }

    [Fact]
    public void Who_was_ready_stays_ready_when_every_token_is_refused_and_says_so()
    {
        Set("one", Usable);
        Set("two", Usable);
        var readiness = Make(requireAll: true);
        Assert.Null(readiness.WhyNot());
        Assert.Null(readiness.Note());

        Set("one", state => state.AfterRejection(_time.Monotonic(), 0.5));
        Assert.Null(readiness.WhyNot());
        Assert.Equal("note: a credential cannot be used", readiness.Note());

        Set("two", state => state.AfterRejection(_time.Monotonic(), 0.5));
        Assert.Null(readiness.WhyNot());
        Assert.Equal("note: no credential can be used", readiness.Note());

        _drain.Leave();
        Assert.Equal("shutting down", readiness.WhyNot());
    }

    [Fact]
    public void Who_starts_without_a_usable_token_becomes_ready_with_the_first_one()
    {
        Set("one", state => state with { Tried = true });
        Set("two", state => state with { Tried = true });
        var readiness = Make();
        Assert.NotNull(readiness.WhyNot());

        Set("two", Usable);
        Assert.Null(readiness.WhyNot());
    }

    [Fact]
    public void Who_is_leaving_is_not_ready()
    {
        _drain.Leave();
        Assert.Equal("shutting down", WhyNot());
    }

    private CredentialState Usable(CredentialState state) =>
        state.AfterReading(Some.Token(), Some.CredentialOptions(), _time.Monotonic(), 0.5) with { Tried = true };

    private string? WhyNot(bool requireAll = false) => Make(requireAll).WhyNot();

    private Readiness Make(bool requireAll = false) => new(_drain, _store, new HealthOptions { RequireAllCredentials = requireAll }, _time);

    private void Set(string name, Func<CredentialState, CredentialState> next) => _store.Find(new CredentialName(name))!.Advance(next);
}
