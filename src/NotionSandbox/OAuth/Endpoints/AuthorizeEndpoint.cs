using System.Text;
using NotionSandbox.Requests;
using NotionSandbox.Responses;

namespace NotionSandbox.OAuth.Endpoints;

/// <summary>Asks a person in a browser, and sends them back with the decision. The browser is only sent to a registered address.</summary>
internal sealed class AuthorizeEndpoint(AuthorizationServer server)
{
    private const string FormType = "application/x-www-form-urlencoded";

    public SandboxResponse Ask(TargetQuery asked) => For(asked, request => ConsentPage.Of(request, server.Consenters.All));

    public SandboxResponse Decide(string? contentType, RequestBody body)
    {
        if (contentType?.StartsWith(FormType, StringComparison.OrdinalIgnoreCase) != true)
        {
            return ConsentPage.Problem("The form did not arrive as a form.");
        }

        var form = TargetQuery.Parse(Encoding.UTF8.GetString(body.Bytes.Span));
        return For(form, request => (form[ConsentPage.Decision], server.Consenters.FindKey(form[ConsentPage.Who])) switch
        {
            (ConsentPage.Cancel, _) => new RedirectResponse(request.WithError("access_denied")),
            (ConsentPage.Allow, { } by) => new RedirectResponse(request.WithCode(server.IssueCode(request, by))),
            _ => ConsentPage.Problem("The form says neither who allows it nor that it is cancelled."),
        });
    }

    private SandboxResponse For(TargetQuery asked, Func<AuthorizeRequest, SandboxResponse> answer)
    {
        var (request, problem) = AuthorizeRequest.Read(asked, server.Apps);
        return request is null ? ConsentPage.Problem(problem!)
            : request.Error is { } error ? new RedirectResponse(request.WithError(error))
            : answer(request);
    }
}
