using System.Collections.Concurrent;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Applications;

/// <summary>
/// Limits the requests of each application to the OAuth endpoints: they take no permit of any connection, and many of them
/// cause calls to Notion. A token bucket limits the rate, a counter the concurrency; there is no queue.
/// </summary>
internal sealed class ApplicationLimit(TimeProvider time)
{
    public const int Burst = 20;
    public const int PerSecond = 5;
    public const int AtOnce = 8;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1) / PerSecond;

    private static readonly Refusal TooManyAtOnce = new(
        RefusalReason.QueueFull, $"This application has {AtOnce} OAuth requests in progress, which is the maximum. Try again when one of them has finished.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
        OAuthError = OAuthError.TemporarilyUnavailable,
    };

    /// <summary>By caller and app: both come from the configuration, so that there is an end to them.</summary>
    private readonly ConcurrentDictionary<(string Caller, string App), Application> _all = new();

    /// <summary>The right to go on, to be disposed of when the request has ended; or why there is none.</summary>
    public IDisposable? TryEnter(string caller, string app, out Refusal? refusal)
    {
        var application = _all.GetOrAdd((caller, app), static _ => new Application());
        refusal = application.Enter(time.GetElapsedTime(0));
        return refusal is null ? application : null;
    }

    /// <summary>One application's bucket, kept as the time at which it is full again, and what it has in progress.</summary>
    private sealed class Application : IDisposable
    {
        private readonly Lock _one = new();
        private TimeSpan _fullAt;
        private int _underWay;

        public Refusal? Enter(TimeSpan now)
        {
            lock (_one)
            {
                if (_underWay >= AtOnce)
                {
                    return TooManyAtOnce;
                }

                var fullAt = (_fullAt > now ? _fullAt : now) + Interval;
                if (fullAt - now > Burst * Interval)
                {
                    return TooOften(fullAt - now - (Burst * Interval));
                }

                _fullAt = fullAt;
                _underWay++;
                return null;
            }
        }

        public void Dispose()
        {
            lock (_one)
            {
                _underWay--;
            }
        }

        private static Refusal TooOften(TimeSpan wait) => new(
            RefusalReason.WaitTooLong, $"This application sends more than {PerSecond} OAuth requests per second. Wait for the time in Retry-After.")
        {
            RetryAfter = wait,
            OAuthError = OAuthError.TemporarilyUnavailable,
        };
    }
}
