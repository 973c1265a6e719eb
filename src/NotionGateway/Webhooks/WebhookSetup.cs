namespace NotionGateway.Webhooks;

/// <summary>
/// Holds the verification tokens that Notion has sent during setup, for a short time and until an operator has seen them. Nothing else may read them.
/// </summary>
internal sealed class WebhookSetup(TimeProvider time)
{
    public static readonly TimeSpan Held = TimeSpan.FromMinutes(15);

    private const int Longest = 256;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Token, TimeSpan Until)> _held = new(StringComparer.Ordinal);

    /// <summary>Holds a token; false if one is held already, or if this cannot be one.</summary>
    public bool TryHold(string webhook, string token)
    {
        if (token.Length is 0 or > Longest || token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return false;
        }

        lock (_gate)
        {
            var now = time.Monotonic();
            if (_held.TryGetValue(webhook, out var held) && held.Until > now)
            {
                return false;
            }

            _held[webhook] = (token, now + Held);
            return true;
        }
    }

    /// <summary>The token, which is forgotten by this; null if there is none.</summary>
    public string? Take(string webhook)
    {
        lock (_gate)
        {
            return _held.Remove(webhook, out var held) && held.Until > time.Monotonic() ? held.Token : null;
        }
    }
}
