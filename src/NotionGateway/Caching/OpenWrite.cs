using NotionGateway.Caching.Tags;
using NotionGateway.Notion;

namespace NotionGateway.Caching;

/// <summary>A write that has begun. It ends once: before its response is given to its caller, or without one.</summary>
internal sealed class OpenWrite(TagBook tags, NotionOperation operation, CacheScope? scope, Tag[] begun, bool goesOn)
{
    private int _ended;

    /// <summary>Notion has responded.</summary>
    public void End(int status, ReadOnlySpan<byte> response)
    {
        switch (status)
        {
            case 202:
            case >= 200 and < 300 when goesOn:
                EndAnywhere(ResponseCache.AcceptedOnly);
                break;
            case >= 200 and < 300:
                End(scope is { } known ? WriteTags.AtEnd(operation, response, known) : [], TimeSpan.Zero);
                break;
            case >= 500 and not 529:
                EndAnywhere(ResponseCache.UnknownEnd);
                break;
            default:
                EndWithoutEffect();
                break;
        }
    }

    /// <summary>It was not applied.</summary>
    public void EndWithoutEffect() => End([], TimeSpan.Zero);

    /// <summary>What it has changed is not known, or for how long it still changes something.</summary>
    public void EndAnywhere(TimeSpan rest) => End(scope is { } known ? [known.Of(TagKind.Workspace)] : [], rest);

    private void End(Tag[] changed, TimeSpan rest)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 1)
        {
            return;
        }

        tags.End(begun, changed, rest);
        if (scope is null)
        {
            tags.ChangeAll(rest);
        }
    }
}
