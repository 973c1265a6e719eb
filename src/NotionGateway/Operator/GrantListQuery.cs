using System.Globalization;
using NotionGateway.Settings;

namespace NotionGateway.Operator;

/// <summary>Which grants are asked for: <c>?app=&amp;after=&amp;limit=</c>.</summary>
/// <param name="App">Only those of this app.</param>
/// <param name="After">Only those whose names come after this one.</param>
/// <param name="Limit">How many at most.</param>
internal sealed record GrantListQuery(string? App, CredentialName? After, int Limit)
{
    public const int DefaultLimit = 100;
    public const int LargestLimit = 1000;

    private static readonly Refusal Wrong = new(
        RefusalReason.InvalidRequest,
        FormattableString.Invariant($"The query may hold app (a name), after (the name of a grant, app/name) and limit (1 to {LargestLimit}), each once, and nothing else."));

    /// <summary>Null if the query holds anything else, for which there is one answer.</summary>
    public static GrantListQuery? Read(string query, out Refusal? refusal)
    {
        refusal = Wrong;
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || pair[..equals] is not ("app" or "after" or "limit") || !values.TryAdd(pair[..equals], Uri.UnescapeDataString(pair[(equals + 1)..])))
            {
                return null;
            }
        }

        var app = values.GetValueOrDefault("app");
        CredentialName? after = null;
        if (values.TryGetValue("after", out var text))
        {
            after = CredentialName.TryParseGrant(text, out var name) ? name : null;
            if (after is null)
            {
                return null;
            }
        }

        var limit = DefaultLimit;
        if ((app is not null && !GatewayName.IsValid(app)) || (values.TryGetValue("limit", out var number) && !TryReadLimit(number, out limit)))
        {
            return null;
        }

        refusal = null;
        return new GrantListQuery(app, after, limit);
    }

    private static bool TryReadLimit(string text, out int limit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LargestLimit;
}
