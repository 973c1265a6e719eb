using NotionGateway.Telemetry.Lines;

namespace NotionGateway.OAuth.Connect;

/// <summary>Writes a line for each request to the connect listener; so many a second, since anybody may send requests to it.</summary>
internal sealed class ConnectRecord(TimeProvider time, ILogger<ConnectRecord> log)
{
    private readonly AnonymousLogLimiter _limit = new(time);

    public void Ended(ConnectRoute route, int status, string outcome, long startedAt, Exception? failure)
    {
        if (!_limit.TryTake(out var leftOut))
        {
            return;
        }

        if (leftOut > 0)
        {
            log.LeftOut(leftOut);
        }

        var (problem, defect) = failure is Store.GrantStoreException ? ($": {failure.Message}", (Exception?)null) : ("", failure);
        var level = failure is null ? LogLevel.Information : LogLevel.Error;
        if (log.IsEnabled(level))
        {
            log.Request(level, NameOf(route), status, outcome, time.GetElapsedTime(startedAt).TotalMilliseconds, problem, defect);
        }
    }

    private static string NameOf(ConnectRoute route) => route switch
    {
        ConnectRoute.Link => "link",
        ConnectRoute.Begin => "begin",
        ConnectRoute.Callback => "callback",
        ConnectRoute.Connected => "connected",
        ConnectRoute.Ended => "ended",
        _ => "unlisted",
    };
}
