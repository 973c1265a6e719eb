using System.Globalization;

namespace NotionGateway.Caching.Store;

/// <summary>What a caller says of stored responses, in <c>Cache-Control</c> (RFC 9111, 5.2.1).</summary>
internal readonly record struct RequestDirectives
{
    /// <summary>Nothing of this request is stored, and nothing stored is given to it.</summary>
    public bool NoStore { get; private init; }

    /// <summary>Notion is asked, whatever is stored.</summary>
    public bool NoCache { get; private init; }

    /// <summary>Whether nothing stored would do, however new.</summary>
    public bool AsksNotion => NoCache || MaxAge == TimeSpan.Zero;

    /// <summary>Notion is not asked, whatever is stored.</summary>
    public bool OnlyIfCached { get; private init; }

    /// <summary>The greatest age; null if none is named.</summary>
    public TimeSpan? MaxAge { get; private init; }

    /// <summary>How much longer it must be good.</summary>
    public TimeSpan MinFresh { get; private init; }

    /// <summary>How much longer than allowed it may be kept.</summary>
    public TimeSpan MaxStale { get; private init; }

    /// <summary>What is not understood is ignored; a number that cannot be read counts as the strictest.</summary>
    public static RequestDirectives Parse(string? header)
    {
        var result = default(RequestDirectives);
        foreach (var directive in (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = directive.Split('=', 2);
            var value = pair.Length == 2 ? Seconds(pair[1]) : null;
            result = pair[0].Trim().ToLowerInvariant() switch
            {
                "no-store" => result with { NoStore = true },
                "no-cache" => result with { NoCache = true },
                "only-if-cached" => result with { OnlyIfCached = true },
                "max-age" => result with { MaxAge = Least(result.MaxAge, value ?? TimeSpan.Zero) },
                "min-fresh" => result with { MinFresh = MonotonicTime.Later(result.MinFresh, value ?? TimeSpan.FromDays(365)) },
                "max-stale" => result with { MaxStale = pair.Length == 1 ? TimeSpan.FromDays(365) : value ?? TimeSpan.Zero },
                _ => result,
            };
        }

        return result;
    }

    private static TimeSpan Least(TimeSpan? one, TimeSpan other) => one < other ? one.Value : other;

    private static TimeSpan? Seconds(string text) =>
        int.TryParse(text.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;
}
