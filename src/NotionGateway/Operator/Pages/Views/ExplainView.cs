using NotionGateway.Access;
using NotionGateway.Access.Targets;
using NotionGateway.Caching.Store;
using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>What is asked about: a request that nobody sends.</summary>
internal sealed record ExplainQuery(string Caller, string Method, string Path, string Credential)
{
    private const int Longest = 2000;

    public bool IsAsked => Caller.Length > 0 && Path.Length > 0;

    public static ExplainQuery Read(Func<string, string?> query) =>
        new(Text(query("caller")), HeaderRules.Methods.Contains(query("method"), StringComparer.Ordinal) ? query("method") ?? "GET" : "GET",
            Text(query("path")), Text(query("credential")));

    private static string Text(string? text) => (text ?? "").Trim() is var trimmed && trimmed.Length > Longest ? trimmed[..Longest] : trimmed;
}

/// <summary>The answer to it: the decision with its reason, and how long the request would wait now.</summary>
internal sealed record ExplainView
{
    public required ExplainQuery Query { get; init; }

    public required IReadOnlyList<string> Callers { get; init; }

    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>Null while nothing, or a caller that does not exist, is asked about.</summary>
    public Explanation? Explanation { get; init; }

    public string? Problem { get; init; }

    /// <summary>How long it would wait, in words; null if it is not allowed.</summary>
    public string? Wait { get; init; }

    public static ExplainView Of(
        AccessRules rules,
        CachingOptions caching,
        ExplainQuery query,
        Func<CredentialName, StatusCredential?> stateOf,
        Func<Caller, CredentialName, (double Seconds, int Waiting)?> nextWait)
    {
        var view = new ExplainView
        {
            Query = query,
            Callers = [.. rules.Callers.Select(caller => caller.Name)],
            Methods = HeaderRules.Methods,
        };
        if (!query.IsAsked)
        {
            return query.Caller.Length == 0 ? view : view with { Problem = "Which request? Type its path, for example /v1/users/me." };
        }

        if (rules.CallerNamed(query.Caller) is not { } who)
        {
            return view with { Problem = $"There is no caller '{query.Caller}'." };
        }

        var explanation = Explanation.Of(rules, caching, who, query.Method, query.Path, query.Credential.Length == 0 ? null : query.Credential);
        return view with
        {
            Explanation = explanation,
            Wait = explanation is not { Allowed: true, Credential: { } credential } ? null
                : Obstacle(stateOf(credential)) ?? InWords(credential, nextWait(who, credential)),
        };
    }

    /// <summary>Why an allowed request would be denied now.</summary>
    private static string? Obstacle(StatusCredential? credential) => credential switch
    {
        null or { State: "usable" or "untried" } => null,
        { State: "refused" } => $"It would be denied now and not be sent: Notion rejects the token of {credential.Name}.",
        _ => $"It would be denied now and not be sent: credential {credential.Name} is {credential.State}.",
    };

    private static string InWords(CredentialName credential, (double Seconds, int Waiting)? next) => next is var (seconds, waiting)
        ? $"It would wait {StatusWords.Span(seconds)} for a permit on {credential}; "
            + $"{StatusWords.Count(waiting, "request waits", "requests wait")} there now."
        : $"Nothing waits on {credential}: it was not used recently.";
}
