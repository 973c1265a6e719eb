using System.Diagnostics.Metrics;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>Whether the database can be reached, as the last call or <see cref="PostgresWatch"/> found out. Each change is said once.</summary>
internal sealed class PostgresReach
{
    private readonly TimeProvider _time;
    private readonly ILogger<PostgresReach> _log;
    private Loss? _loss;

    public PostgresReach(IMeterFactory meters, TimeProvider time, ILogger<PostgresReach> log)
    {
        (_time, _log) = (time, log);
        meters.CreateGatewayMeter().CreateObservableGauge(
            "notion_gateway.oauth.store.up", () => IsLost ? 0 : 1, description: "Whether the PostgreSQL database of grants can be reached: 1 or 0.");
    }

    public bool IsLost => Volatile.Read(ref _loss) is not null;

    /// <summary>Who has a known grant is served on, so the gateway stays ready.</summary>
    public PartNote? Note() => Volatile.Read(ref _loss) is { } loss
        ? new PartNote(Ok: false, FormattableString.Invariant($"grant store: lost for {_time.GetElapsedTime(loss.At).TotalSeconds:0} s ({loss.Problem})"))
        : null;

    /// <summary>An exception at once while the database is known to be lost.</summary>
    public void Require()
    {
        if (Volatile.Read(ref _loss) is { } loss)
        {
            throw new GrantStoreException(loss.Problem);
        }
    }

    public void Lost(string problem)
    {
        if (Interlocked.CompareExchange(ref _loss, new Loss(problem, _time.GetTimestamp()), null) is null)
        {
            _log.StoreLost(problem);
        }
    }

    public void Back()
    {
        if (Interlocked.Exchange(ref _loss, null) is { } loss)
        {
            _log.StoreBack(_time.GetElapsedTime(loss.At));
        }
    }

    private sealed record Loss(string Problem, long At);
}
