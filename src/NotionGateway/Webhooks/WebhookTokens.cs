using System.Collections.Concurrent;
using NotionGateway.Credentials.Sources;

namespace NotionGateway.Webhooks;

/// <summary>
/// Reads the verification tokens in the background, so that no request can cause a source to be asked. The last good one is used while its source does not
/// respond.
/// </summary>
internal sealed class WebhookTokens(IReadOnlyList<WebhookOptions> webhooks, SecretReaders secrets, TimeProvider time, ILogger<WebhookTokens> log)
    : BackgroundLoop(TimeSpan.FromSeconds(1), time, log)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, WebhookToken> _tokens = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _due = new(StringComparer.Ordinal);

    /// <summary>Null while it has not been read.</summary>
    public WebhookToken? Of(string webhook) => _tokens.GetValueOrDefault(webhook);

    protected override async Task TickAsync(CancellationToken stopping)
    {
        foreach (var webhook in webhooks)
        {
            if (webhook.Token is { } place && (_due.GetValueOrDefault(webhook.Name, TimeSpan.MinValue) <= Time.Monotonic() || secrets.MayHaveChanged(place)))
            {
                await ReadAsync(webhook.Name, place);
            }
        }
    }

    private async Task ReadAsync(string webhook, SecretReference place)
    {
        var reading = await secrets.ReadAsync(place, Time);
        _due[webhook] = Time.Monotonic() + (reading.Text is null ? Retry : Kept);
        if (reading.Text is { } text)
        {
            _tokens[webhook] = new WebhookToken(text);
        }
        else
        {
            Log.NoToken(webhook, reading.Problem ?? "");
        }
    }
}
