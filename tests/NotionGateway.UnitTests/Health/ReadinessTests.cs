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
    public void Who_is_leaving_is_not_ready()
    {
        _drain.Leave();
        Assert.Equal("shutting down", WhyNot());
    }

    private string? WhyNot(bool requireAll = false) => new Readiness(_drain, _store, new HealthOptions { RequireAllCredentials = requireAll }, _time).WhyNot();

    private void Set(string name, Func<CredentialState, CredentialState> next) => _store.Find(new CredentialName(name))!.Advance(next);
}
