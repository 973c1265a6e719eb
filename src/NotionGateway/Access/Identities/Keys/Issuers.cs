using System.Collections.Immutable;

namespace NotionGateway.Access.Identities.Keys;

/// <summary>
/// The issuers whose keys are kept fresh, by the settings in force: a reload starts the loops of new ones, stops those of old ones, and leaves the
/// others as they are. Without issuers nothing runs.
/// </summary>
internal sealed class Issuers : LifecycleService, IDisposable
{
    /// <summary>How long the first keys are waited for before the gateway is ready without them.</summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromSeconds(10);

    private readonly Reloadable<IReadOnlyList<IssuerOptions>> _options;
    private readonly Func<KeyPlace, Func<Task<KeyReading>>> _sources;
    private readonly IssuerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<IssuerKeysLoop> _log;
    private readonly Lock _changing = new();
    private readonly TimeSpan _since;
    private ImmutableDictionary<string, IssuerKeysLoop> _loops = ImmutableDictionary.Create<string, IssuerKeysLoop>(StringComparer.Ordinal);
    private bool _runs;
    private volatile bool _waited;

    public Issuers(
        Reloadable<IReadOnlyList<IssuerOptions>> options, IssuerMetrics metrics, TimeProvider time, Random random, PodAccount pod,
        ILogger<IssuerKeysLoop> log,
        Func<KeyPlace, Func<Task<KeyReading>>>? sources = null)
    {
        (_options, _metrics, _time, _random, _log) = (options, metrics, time, random, log);
        _sources = sources ?? (place => new KeySource(place, pod, time).ReadAsync);
        _since = time.Monotonic();
        Apply(options.Current);
        options.Changed += Apply;
        metrics.Observe(() => All);
    }

    public IEnumerable<IssuerKeys> All => Volatile.Read(ref _loops).Values.Select(loop => loop.Keys);

    /// <summary>The keys of an issuer; null if they would be read elsewhere than these settings say.</summary>
    public IssuerKeys? Find(IssuerOptions issuer) =>
        Volatile.Read(ref _loops).TryGetValue(issuer.Name, out var loop) && loop.Keys.IsOf(issuer.Place) ? loop.Keys : null;

    /// <summary>Why the gateway should get no requests yet; null after the first keys, or after some seconds without them.</summary>
    public string? WhyNotYet()
    {
        _waited = _waited || _time.Monotonic() - _since >= MostWait || All.All(keys => keys.Current is not null);
        return _waited ? null : "the keys of an issuer have not been read yet";
    }

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_changing)
        {
            _runs = true;
            foreach (var loop in _loops.Values)
            {
                _ = loop.StartAsync(CancellationToken.None);
            }
        }

        return Task.CompletedTask;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _options.Changed -= Apply;
        await Task.WhenAll(Volatile.Read(ref _loops).Values.Select(loop => loop.StopAsync(cancellationToken)));
    }

    public void Dispose()
    {
        foreach (var loop in _loops.Values)
        {
            loop.Dispose();
        }
    }

    private void Apply(IReadOnlyList<IssuerOptions> issuers)
    {
        lock (_changing)
        {
            var before = _loops;
            var after = issuers.ToImmutableDictionary(
                issuer => issuer.Name,
                issuer => before.TryGetValue(issuer.Name, out var loop) && loop.Keys.IsOf(issuer.Place) ? loop : Create(issuer),
                StringComparer.Ordinal);
            foreach (var issuer in issuers)
            {
                after[issuer.Name].Keys.Place = issuer.Place;
            }

            Volatile.Write(ref _loops, after);
            foreach (var loop in before.Values.Except(after.Values))
            {
                _ = loop.StopAsync(CancellationToken.None);
            }

            foreach (var loop in _runs ? after.Values.Except(before.Values) : [])
            {
                _ = loop.StartAsync(CancellationToken.None);
            }
        }
    }

    private IssuerKeysLoop Create(IssuerOptions issuer) => new(
        new IssuerKeys(issuer.Name, issuer.Place, _sources(issuer.Place), _metrics, _time, _random, _log), _time, _log);
}
