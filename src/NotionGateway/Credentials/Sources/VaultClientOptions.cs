using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;

namespace NotionGateway.Credentials.Sources;

/// <summary>
/// How the Key Vault client behaves: short timeouts and few retries, since the last good token serves meanwhile and the
/// schedule comes again by itself; and none at all for a vault that asks to be left alone.
/// </summary>
internal static class VaultClientOptions
{
    private const int MostRetries = 2;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public static SecretClientOptions Create()
    {
        var options = new SecretClientOptions
        {
            Retry = { NetworkTimeout = TimeSpan.FromSeconds(4) },
            RetryPolicy = new BriefRetries(),
            Diagnostics = { IsLoggingContentEnabled = false, IsTelemetryEnabled = false },
        };
        return options;
    }

    /// <summary>Repeats what may pass by itself within a moment; a longer wait than that is handed to the schedule.</summary>
    private sealed class BriefRetries() : RetryPolicy(MostRetries, DelayStrategy.CreateExponentialDelayStrategy(TimeSpan.FromMilliseconds(200), LongestWait))
    {
        protected override bool ShouldRetry(HttpMessage message, Exception? exception) => !AsksToWait(message) && base.ShouldRetry(message, exception);

        protected override async ValueTask<bool> ShouldRetryAsync(HttpMessage message, Exception? exception) =>
            !AsksToWait(message) && await base.ShouldRetryAsync(message, exception);

        private static bool AsksToWait(HttpMessage message) =>
            message.HasResponse && message.Response.Headers.TryGetValue("Retry-After", out var value)
            && int.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds > LongestWait.TotalSeconds;
    }
}
