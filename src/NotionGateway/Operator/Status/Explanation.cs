using NotionGateway.Access;
using NotionGateway.Access.Targets;
using NotionGateway.Caching.Store;
using NotionGateway.Notion;

namespace NotionGateway.Operator.Status;

/// <summary>What the gateway would decide about a request, and why, for people; the <c>explain</c> command and the page show it.</summary>
internal sealed record Explanation
{
    public required bool Allowed { get; init; }

    /// <summary>The credential that it would use, where it came that far.</summary>
    public CredentialName? Credential { get; init; }

    /// <summary>What is decided, step by step: a word, and what there is to say.</summary>
    public required IReadOnlyList<(string Label, string Text)> Steps { get; init; }

    public static Explanation Of(
        AccessRules rules, CachingOptions caching, Caller caller, string method, string path, string? chosenCredential)
    {
        var decision = rules.Explain(caller, method, path, chosenCredential, out var reading);
        var refusal = decision.Refusal;
        var steps = new List<(string, string)>
        {
            ("caller", $"{caller} (permissions {caller.Permissions}{(caller.Disabled ? "; disabled" : "")})"),
        };
        if (decision.Operation is { } operation)
        {
            var kind = $"{(operation.Reads ? "reads" : "writes")}, {(operation.Repeatable ? "may be repeated" : "is sent once")}";
            steps.Add(("operation", $"{operation.Name}: {operation}, needs {operation.Needs.Description()}, {kind}"));
            steps.Add(("credential", decision.Credential?.Value ?? "none"));
            if (refusal is null && CacheExplanation.Of(caching, caller, operation) is { } cached)
            {
                steps.Add(("cache", cached));
            }
        }

        if (reading is not null && TargetGuard.HasTwoSlashes(path))
        {
            steps.Add(("target", "is read with a single leading slash"));
        }

        if (reading is { QueryTokens: > 0 } && refusal?.Reason != RefusalReason.QueryTokenRejected)
        {
            steps.Add(("target", "is changed: credentials are removed from the query"));
        }

        steps.Add(("decision", refusal is null
            ? "allowed: it would wait for a permit and be sent to Notion"
            : $"{StatusWords.Text($"{refusal.Reason.ShownAs.Status}")} {refusal.Reason}: {refusal.Message}"));
        return new Explanation { Allowed = refusal is null, Credential = decision.Credential, Steps = steps };
    }
}
