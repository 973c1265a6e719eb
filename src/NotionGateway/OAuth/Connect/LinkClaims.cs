using System.Collections.Concurrent;

namespace NotionGateway.OAuth.Connect;

/// <summary>Lets one person at a time finish with a link.</summary>
internal sealed class LinkClaims
{
    private readonly ConcurrentDictionary<KeyDigest, LinkClaims> _held = new();

    /// <summary>The claim, to be disposed of when all is done; null if another has it.</summary>
    public IDisposable? TryTake(KeyDigest link) => _held.TryAdd(link, this) ? new Claim(this, link) : null;

    private sealed class Claim(LinkClaims claims, KeyDigest link) : IDisposable
    {
        public void Dispose() => claims._held.TryRemove(link, out _);
    }
}
