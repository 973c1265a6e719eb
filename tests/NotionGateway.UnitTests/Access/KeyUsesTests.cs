using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Access;

public sealed class KeyUsesTests
{
    private static readonly KeyDigest Old = KeyDigest.Of("the old key of crm, soon replaced");
    private static readonly KeyDigest New = KeyDigest.Of(The.Key);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Reloadable<AccessRules> _rules = new(Rules(Old, New));
    private readonly KeyUses _uses;

    public KeyUsesTests() => _uses = new KeyUses(_rules, _time);

    [Fact]
    public async Task A_key_that_is_presented_is_noted_with_its_time()
    {
        await Authenticators().AuthenticateAsync(_rules.Current, new Proof($"Bearer {The.Key}"), default);
        var first = _uses.LastUsed(New);
        _time.Advance(TimeSpan.FromMinutes(5));
        await Authenticators().AuthenticateAsync(_rules.Current, new Proof($"Bearer {The.Key}"), default);

        Assert.Equal(300, _uses.LastUsed(New) - first);
        Assert.Equal(0, _uses.LastUsed(Old));
    }

    [Fact]
    public async Task A_key_that_nobody_has_is_not_remembered()
    {
        await Authenticators().AuthenticateAsync(_rules.Current, new Proof("Bearer some other key"), default);

        Assert.Equal(0, _uses.LastUsed(KeyDigest.Of("some other key")));
    }

    [Fact]
    public void A_key_that_a_reload_takes_away_is_forgotten()
    {
        _uses.Note(Old);
        _uses.Note(New);
        _rules.Replace(Rules(New));

        Assert.Equal(0, _uses.LastUsed(Old));
        Assert.NotEqual(0, _uses.LastUsed(New));
    }

    [Fact]
    public void The_gauge_shows_each_key_by_the_beginning_of_its_hash_and_an_unused_one_as_zero()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var metrics = new CapturedMetrics(services);
        _ = new AccessMetrics(services.GetRequiredService<IMeterFactory>(), _rules, _uses);
        _uses.Note(New);

        var values = metrics.Gauges().ToDictionary(gauge => (gauge.Labels["caller"], gauge.Labels["key"]), gauge => gauge.Value);

        Assert.Equal(_time.GetUtcNow().ToUnixTimeSeconds(), values[("crm", New.ToString()[7..15])]);
        Assert.Equal(0, values[("crm", Old.ToString()[7..15])]);
    }

    private static AccessRules Rules(params KeyDigest[] keys) => new(Some.Access(Some.CallerOptions("crm") with { Keys = keys }));

    private Authenticators Authenticators() => Some.Authenticators(new KeyAuthenticator(_uses));
}
