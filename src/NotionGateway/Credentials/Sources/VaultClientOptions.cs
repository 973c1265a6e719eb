using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using NotionGateway.Notion;

namespace NotionGateway.Credentials.Sources;

/// <summary>
/// How the Key Vault client behaves: short timeouts and few retries, since the last good token serves meanwhile and the
/// schedule tries again automatically; and none at all for a vault that asks not to be called.
/// </summary>
internal static class VaultClientOptions
{
    private const int MostRetries = 2;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public static SecretClientOptions Create(TimeProvider time)
    {
        var options = new SecretClientOptions
        {
            Retry = { NetworkTimeout = TimeSpan.FromSeconds(4) },
            RetryPolicy = new BriefRetries(time),
            Diagnostics = { IsLoggingContentEnabled = false, IsTelemetryEnabled = false },
        };
        return options;
    }

    /// <summary>How long the vault wants to be left alone; null if it does not say.</summary>
    public static TimeSpan? RetryAfterOf(Response response, TimeProvider time)
    {
        response.Headers.TryGetValue("Retry-After", out var value);
        response.Headers.TryGetValue("Date", out var answeredAt);
        return RetryAfter.Wait(value, answeredAt, time.GetUtcNow());
    }

    /// <summary>Retries what may recover within a moment; a longer wait is left to the schedule.</summary>
    private sealed class BriefRetries(TimeProvider time)
        : RetryPolicy(MostRetries, DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(200), LongestWait))
    {
        protected override bool ShouldRetry(HttpMessage message, Exception? exception) => !AsksToWait(message) && base.ShouldRetry(message, exception);

        protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
            !AsksToWait(message) && await base.ShouldRetryAsync(message, exception);

        private bool AsksToWait(HttpMessage message) => message.HasResponse && RetryAfterOf(message.Response, time) > LongestWait;
    }
}
