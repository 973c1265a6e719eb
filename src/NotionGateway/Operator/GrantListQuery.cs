using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using NotionGateway.Settings;

namespace NotionGateway.Operator;

/// <summary>The query of a list of grants as it is bound: <c>?app=&amp;after=&amp;limit=</c>.</summary>
internal sealed record GrantListParameters
{
    public string? App { get; init; }

    public string? After { get; init; }

    public string? Limit { get; init; }
}

/// <summary>Which grants are asked for.</summary>
/// <param name="App">Only those of this app.</param>
/// <param name="After">Only those whose names come after this one.</param>
/// <param name="Limit">How many at most.</param>
internal sealed record GrantListQuery(string? App, CredentialName? After, int Limit)
{
    public const int DefaultLimit = 100;
    public const int LargestLimit = 1000;

    public static readonly Refusal Wrong = new(
        RefusalReason.InvalidRequest,
        FormattableString.Invariant(
            $"The query may contain only app (a name), after (a grant's name, app/name) and limit (1 to {LargestLimit}), each at most once."));

    /// <summary>
    /// Null if the query contains anything else, for which there is one response. A parameter that is repeated is bound with a comma,
    /// which no value may contain.
    /// </summary>
    public static GrantListQuery? Read(GrantListParameters parameters, string? query)
    {
        var limit = DefaultLimit;
        CredentialName? after = CredentialName.TryParseGrant(parameters.After, out var name) ? name : null;
        return HoldsOthers(query)
            || (parameters.App is { } app && !GatewayName.IsValid(app))
            || (parameters.After is not null && after is null)
            || (parameters.Limit is { } text && !TryReadLimit(text, out limit))
                ? null
                : new GrantListQuery(parameters.App, after, limit);
    }

    private static bool HoldsOthers(string? query)
    {
        // Binding ignores unknown names, and does not distinguish between app, App and %61pp.
        foreach (var pair in new QueryStringEnumerable(query))
        {
            if (pair.EncodedName.Span is not ("app" or "after" or "limit"))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryReadLimit(string text, out int limit) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= LargestLimit;
}
