using System.Collections.Frozen;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Certificates;

namespace NotionGateway.Access;

/// <summary>A key as it was presented.</summary>
/// <param name="HasForm">Whether it has the form of those that the gateway makes.</param>
/// <param name="Token">What it has proved, if it is a token and no key.</param>
/// <param name="Certificate">The certificate that was presented in its place or with it, if one was.</param>
internal readonly record struct PresentedKey(KeyDigest Digest, bool HasForm, VerifiedToken? Token = null, ClientCertificate? Certificate = null);

/// <summary>
/// Finds the caller that a key belongs to, among any number of callers at the same cost. An unknown, a wrong and a
/// disabled key take the same way, so that neither the timing nor the text of the response distinguishes them.
/// </summary>
internal sealed class Keyring
{
    private readonly FrozenDictionary<KeyDigest, Caller> _callers;

    public Keyring(IEnumerable<(KeyDigest Key, Caller Caller)> keys) =>
        _callers = keys.ToFrozenDictionary(entry => entry.Key, entry => entry.Caller);

    public IEnumerable<(KeyDigest Key, Caller Caller)> All => _callers.Select(entry => (entry.Key, entry.Value));

    public Caller? Find(KeyDigest key) => _callers.GetValueOrDefault(key);
}
