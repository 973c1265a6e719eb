using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.Access.Targets;

public sealed class UnknownOperationTests
{
    private const string Id = "0f0f0f0f-1111-4222-8333-444444444444";

    private static readonly OperationTable Operations = new(NotionOperations.All);

    [Theory]
    [InlineData("DELETE", $"/v1/pages/{Id}", "DELETE /v1/pages/{page_id} is not", "This path accepts GET, PATCH.")]
    [InlineData("POST", $"/v1/blocks/{Id}/children", "POST /v1/blocks/{block_id}/children is not", "This path accepts GET, PATCH.")]
    [InlineData("GET", "/v1/search", "GET /v1/search is not", "This path accepts POST.")]
    [InlineData("POST", $"/v1/pages/{Id}/properties/%2F7eo", "POST /v1/pages/{page_id}/properties/{property_id} is not", "This path accepts GET.")]
    [InlineData("GET", "/v1/v1/users/me", "GET /v1/v1/users/me is not", "Probably meant: GET /v1/users/me; /v1 appears twice: set the base URL without it")]
    [InlineData("GET", $"/v1/v1/pages/{Id}", "GET /v1/v1/pages/{id} is not", "Probably meant: GET, PATCH /v1/pages/{page_id}; /v1 appears twice")]
    [InlineData("GET", "/users/me", "GET /users/me is not", "Probably meant: GET /v1/users/me; begin the path with /v1.")]
    [InlineData("GET", "/notion/v1/users", "GET /notion/v1/users is not", "Probably meant: GET /v1/users; the gateway does not support a path prefix")]
    [InlineData("GET", "/v1/users/", "GET /v1/users/ is not", "Probably meant: GET /v1/users; remove the trailing slash.")]
    [InlineData("GET", $"/v1/pages/{Id}/", "GET /v1/pages/{id}/ is not", "Probably meant: GET, PATCH /v1/pages/{page_id}; remove the trailing slash.")]
    [InlineData("POST", "/api/v1/v1/search/", "POST /api/v1/v1/search/ is not",
        "Probably meant: POST /v1/search; remove the trailing slash; the gateway does not support a path prefix")]
    [InlineData("GET", "/V1/Users", "GET /V1/Users is not", "Probably meant: GET /v1/users; write the path in lower case.")]
    [InlineData("GET", "/users/v1-x", "GET /users/{id} is not", "Probably meant: GET /v1/users/{user_id}; begin the path with /v1.")]
    [InlineData("GET", "/users/ABCDEF", "GET /users/{id} is not", "Probably meant: GET /v1/users/{user_id}; begin the path with /v1.")]
    [InlineData("POST", "/v1/oauth/token", "POST /v1/oauth/token is not served here.", "by HTTP Basic, never a bearer key")]
    [InlineData("GET", "/oauth/authorize", "GET /oauth/authorize is not served here.", "by HTTP Basic, never a bearer key")]
    [InlineData("GET", "/admin/organizations/9f", "GET /admin/{id}/{id} is not served here.", "Notion's admin API needs an organization's token")]
    [InlineData("POST", "/v1/external_agent_stub/x", "POST /v1/external_agent_stub/{id} is not served here.", "endpoints are reserved for Notion")]
    [InlineData("POST", "/v1/oauth", "POST /v1/oauth is not served here.", "by HTTP Basic, never a bearer key")]
    [InlineData("POST", "/v1/oauth/introspect", "POST /v1/oauth/introspect is not served here.", "only for its own public connections (OAuth)")]
    [InlineData("POST", "/v1/OAuth/revoke", "POST /v1/OAuth/revoke is not served here.", "by HTTP Basic, never a bearer key")]
    [InlineData("POST", "/v1/oauths", "POST /v1/oauths is not", "Gateway:Access:ExtraOperations")]
    [InlineData("GET", "/livez", "GET /livez is not served here.", "on the management listener")]
    [InlineData("GET", "/readyz", "GET /readyz is not served here.", "on the management listener")]
    [InlineData("GET", "/metrics", "GET /metrics is not served here.", "on the management listener")]
    [InlineData("GET", "/v1/tools/run", "GET /v1/tools/{id} is not", "Gateway:Access:ExtraOperations")]
    [InlineData("GET", "/v1", "GET /v1 is not", "Gateway:Access:ExtraOperations")]
    [InlineData("GET", "/", "GET / is not", "Gateway:Access:ExtraOperations")]
    [InlineData("FOO\u001b", "/v1/tools", "This method /v1/tools is not", "Gateway:Access:ExtraOperations")]
    public void It_names_the_call_and_says_what_is_probably_meant(string method, string path, string call, string advice)
    {
        var refusal = UnknownOperation.Refuse(method, path, Operations);

        Assert.Equal(RefusalReason.UnknownOperation, refusal.Reason);
        Assert.StartsWith(call, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(advice, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Id, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/pages/abcd/title", "/v1/pages/{id}/title")]
    [InlineData("/v1/things/AbCd", "/v1/things/{id}")]
    [InlineData("/v1/things/a1", "/v1/things/{id}")]
    [InlineData("/v1/things/hunter-two", "/v1/things/{id}")]
    [InlineData("/v1/things/abcdefghijklmnopqrstuvwxyz", "/v1/things/{id}")]
    [InlineData("/v1/abcdefghijklmnopqrstuvwx", "/v1/abcdefghijklmnopqrstuvwx")]
    [InlineData("/v1/abcdefghijklmnopqrstuvwxy", "/v1/{id}")]
    [InlineData("/v1/things/password.txt", "/v1/things/{id}")]
    [InlineData("/a/b/c/d/e/f/g/h/i/j", "/a/{id}/{id}/{id}/{id}/{id}/{id}/{id}/…")]
    [InlineData("/operator/v1/grants/crm/acme", "/operator/v1/{id}/{id}/{id}")]
    public void Nothing_that_may_be_an_id_is_repeated(string path, string template) =>
        Assert.StartsWith($"GET {template} is not", UnknownOperation.Refuse("GET", path, Operations).Message, StringComparison.Ordinal);

    [Fact]
    public void The_message_stays_short_whatever_the_path() => Assert.All(
        [
            $"/{new string('a', 8000)}",
            string.Concat(Enumerable.Repeat("/a", 4000)),
            string.Concat(Enumerable.Repeat("/v1", 2000)) + "/users/me",
            $"/v1/users/{new string('b', 8000)}/",
        ],
        path => Assert.InRange(UnknownOperation.Refuse("GET", path, Operations).Message.Length, 1, 500));

    [Theory]
    [InlineData(512, true)]
    [InlineData(513, false)]
    public void What_a_very_long_path_means_is_not_guessed(int length, bool isGuessed)
    {
        const string End = "/v1/users/me";
        var message = UnknownOperation.Refuse("GET", $"/{new string('a', length - End.Length - 1)}{End}", Operations).Message;
        Assert.Equal(isGuessed, message.Contains("Probably meant", StringComparison.Ordinal));
    }

    [Fact]
    public void An_operation_that_the_operator_has_listed_is_known_too()
    {
        var extra = new NotionOperation("POST", "/v1/tools/{tool_id}/run", "tools.run", Capability.ReadContent, Reads: true, Repeatable: true, BodyKind.Json);
        var table = new OperationTable(NotionOperations.All.Append(extra));

        Assert.Contains("This path accepts POST.", UnknownOperation.Refuse("GET", "/v1/tools/9f/run", table).Message, StringComparison.Ordinal);
        Assert.Contains("Probably meant: POST /v1/tools/{tool_id}/run;", UnknownOperation.Refuse("POST", "/tools/9f/run", table).Message);
    }
}
