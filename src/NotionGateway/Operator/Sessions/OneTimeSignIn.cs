using NotionGateway.Access;

namespace NotionGateway.Operator.Sessions;

/// <summary>
/// The sign-in that <c>--sandbox</c> prints as part of an address: it works once and for five minutes. Nothing else has one, since addresses
/// end up in histories and logs.
/// </summary>
/// <param name="key">Whose key it stands for.</param>
/// <param name="time">The clock.</param>
internal sealed class OneTimeSignIn(KeyDigest key, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private readonly TimeSpan _madeAt = time.Monotonic();
    private string? _secret = GatewayKey.NewSecret();

    public KeyDigest Key => key;

    /// <summary>The secret, to be printed; null once it was used.</summary>
    public string? Secret => _secret;

    /// <summary>Whether this is it, for the first time and in time.</summary>
    public bool TryUse(string? presented)
    {
        var secret = _secret;
        return secret is not null
            && GatewayKey.DigestOfSecret(presented) is { } digest
            && digest.Equals(KeyDigest.Of(secret))
            && time.Monotonic() - _madeAt < Life
            && Interlocked.CompareExchange(ref _secret, null, secret) == secret;
    }
}
