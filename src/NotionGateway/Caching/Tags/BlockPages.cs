namespace NotionGateway.Caching.Tags;

/// <summary>
/// Remembers on which page blocks are that have children, as far as lists of blocks have shown it: the list of such a block's children does not say it, and
/// events name pages. What was learned counts until something on that page changes.
/// </summary>
internal sealed class BlockPages(TagBook tags, TimeProvider time)
{
    private const int Most = 20_000;

    private readonly BoundedCache<(UInt128 Workspace, UInt128 Block), (UInt128 Page, Moment Asked)> _pages = new(Most, TimeSpan.FromHours(6), time);

    /// <summary>The page that a block is on; null if it is not known.</summary>
    public UInt128? PageOf(UInt128 block, CacheScope scope) =>
        _pages.TryGet((scope.Workspace, block), out var known) && tags.IsTrue(Of(known.Page, scope), known.Asked) ? known.Page : null;

    /// <summary>Learns from a list of blocks which further ones are on this page.</summary>
    public void Learn(UInt128 page, ReadOnlySpan<byte> list, CacheScope scope, Moment asked)
    {
        foreach (var block in NotionHead.ParentsIn(list))
        {
            _pages.Set((scope.Workspace, block), (page, asked));
        }
    }

    private static Tag[] Of(UInt128 page, CacheScope scope) =>
        [new(TagKind.Children, page), new(TagKind.Nested, page), scope.Of(TagKind.AllChildren), scope.Of(TagKind.Workspace)];
}
