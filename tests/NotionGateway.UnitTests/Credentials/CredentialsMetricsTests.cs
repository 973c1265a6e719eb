using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Credentials;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Credentials;

public sealed class CredentialsMetricsTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly TwoClocks _time = new(Start);
    private readonly Reloadable<CredentialsOptions> _options = new(new CredentialsOptions([Some.CredentialOptions()]));
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly CredentialStore _store;
    private readonly CapturedMetrics _metrics;

    public CredentialsMetricsTests()
    {
        _store = new CredentialStore(_options);
        _metrics = new CapturedMetrics(_services);
        _ = new CredentialsMetrics(_services.GetRequiredService<IMeterFactory>(), _store, _time);
    }

    [Fact]
    public void The_last_success_is_told_in_Unix_time_and_none_as_zero()
    {
        Assert.Equal(0, LastSuccess());

        _store.All.Single().NoteSuccess(_time.Monotonic());
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(Start.ToUnixTimeSeconds(), LastSuccess());
    }

    [Fact]
    public void It_outlives_a_change_that_leaves_the_source_as_it_was()
    {
        _store.All.Single().NoteSuccess(_time.Monotonic());
        _options.Replace(new CredentialsOptions([Some.CredentialOptions() with { Plan = "Business" }]));
        Assert.Equal(Start.ToUnixTimeSeconds(), LastSuccess());
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    private double LastSuccess()
    {
        var gauge = Assert.Single(_metrics.Gauges(), gauge => gauge.Instrument == "notion_gateway.credential.last_success");
        Assert.Equal([("credential", "default"), ("source", "Environment")], gauge.Labels.Select(label => (label.Key, label.Value)));
        return gauge.Value;
    }
}
