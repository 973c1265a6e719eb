namespace NotionGateway.Operator.Pages.Views;

/// <summary>The form for somebody who is not signed in.</summary>
/// <param name="Instance">The gateway that it leads to.</param>
/// <param name="Problem">Why the last try did not succeed.</param>
internal sealed record SignInView(string Instance, string? Problem);

/// <summary>A request that was refused.</summary>
internal sealed record ProblemView(string Title, string Text, string Reason, string RequestId)
{
    public static ProblemView Of(Refusal refusal, string requestId) => new(
        refusal.Reason.Status switch
        {
            >= 500 => "Something went wrong",
            403 => "Not allowed",
            404 => "Not found",
            409 => "Not possible",
            429 => "Too many attempts",
            _ => "Not done",
        },
        refusal.Message,
        refusal.Reason.ShownAs.Name,
        requestId);
}
