using NotionGateway.Notion;
using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Access.Targets;

public sealed class ExtraOperationRulesTests
{
    private const string List = "Gateway:Access:ExtraOperations";

    [Fact]
    public void What_is_listed_is_an_operation_with_all_that_is_said_of_it()
    {
        var (operations, errors) = Read(
            [("Method", "POST"), ("Template", "/v1/things/{thing_id}/query"), ("Name", "things.query"), ("Capability", "read_content+user_info"),
                ("Reads", "true"), ("Repeatable", "true")],
            [("Method", "DELETE"), ("Template", "/v1/things/{thing_id}"), ("Name", "things.delete"), ("Capability", "none")]);

        Assert.Empty(errors);
        var needs = Capability.ReadContent | Capability.UserInfo;
        Assert.Equal(
            [
                new NotionOperation("POST", "/v1/things/{thing_id}/query", "things.query", needs, Reads: true, Repeatable: true, BodyKind.Json),
                new NotionOperation("DELETE", "/v1/things/{thing_id}", "things.delete", Capability.None, Reads: false, Repeatable: false, BodyKind.None),
            ],
            operations);
    }

    [Fact]
    public void A_capability_that_is_named_twice_is_needed()
    {
        var (operations, errors) = Read(One(("Capability", "read_content+user_info+read_content")));
        Assert.Empty(errors);
        Assert.Equal(Capability.ReadContent | Capability.UserInfo, operations.Single().Needs);
    }

    [Theory]
    [InlineData("GET", BodyKind.None)]
    [InlineData("DELETE", BodyKind.None)]
    [InlineData("POST", BodyKind.Json)]
    [InlineData("PATCH", BodyKind.Json)]
    internal void The_method_says_whether_there_is_a_body(string method, BodyKind body) =>
        Assert.Equal(body, Read(One(("Method", method))).Operations.Single().Body);

    [Theory]
    [InlineData("/v1/oauth/token")]
    [InlineData("/v1/oauth/{id}")]
    [InlineData("/v1/OAuth/token")]
    [InlineData("/v1/external_agent_stub")]
    [InlineData("/v1/external_agent_stub/x")]
    public void An_endpoint_that_must_never_get_an_injected_token_is_not_accepted(string template) => Rejected("Template", template, "must never be reached");

    [Theory]
    [InlineData("/v2/things")]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    [InlineData("/v1/things/")]
    [InlineData("v1/things")]
    [InlineData("/x/v1/things")]
    [InlineData("/v1/a/../b")]
    [InlineData("/v1/a/.")]
    [InlineData("/v1/a//b")]
    [InlineData("/v1/a%2fb")]
    [InlineData("/v1/a?b")]
    [InlineData("/v1/a b")]
    [InlineData("/v1/{ID}")]
    [InlineData("/v1/{}")]
    [InlineData("/v1/a{id}")]
    [InlineData("/v1/things\n")]
    public void A_template_must_be_a_path_below_v1_in_one_spelling(string template) => Rejected("Template", template, "begin with /v1/");

    [Theory]
    [InlineData("/v1/users")]
    [InlineData("/v1/users/{anything}")]
    public void A_template_that_is_listed_for_this_method_is_not_accepted_again(string template) => Rejected("Template", template, "already listed");

    [Fact]
    public void Two_extras_of_one_shape_could_not_be_told_apart()
    {
        var (operations, errors) = Read(One(("Name", "a"), ("Template", "/v1/things/{a}")), One(("Name", "b"), ("Template", "/v1/things/{b}")));
        Assert.Equal("a", Assert.Single(operations).Name);
        Assert.Equal($"{List}:1:Template", Assert.Single(errors).Path);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("get")]
    [InlineData("*")]
    public void A_method_that_Notion_does_not_have_is_not_accepted(string method) => Rejected("Method", method, "GET, POST, PATCH, DELETE");

    [Theory]
    [InlineData("users.me", "already the name")]
    [InlineData("Things", "write a name")]
    [InlineData("a b", "write a name")]
    public void A_name_must_be_valid_and_new(string name, string what) => Rejected("Name", name, what);

    [Theory]
    [InlineData("all")]
    [InlineData("read_content+")]
    [InlineData("read_content+nothing")]
    [InlineData("read_content,user_info")]
    public void A_capability_must_be_known(string capability) =>
        Rejected("Capability", capability, $"write none, or one or more of {string.Join(", ", CapabilityNames.All)} joined by '+'");

    [Theory]
    [InlineData("Method")]
    [InlineData("Template")]
    [InlineData("Name")]
    [InlineData("Capability")]
    public void Nothing_of_it_may_be_missing(string member)
    {
        var (operations, errors) = Read([.. One().Where(pair => pair.Key != member)]);
        Assert.Empty(operations);
        Assert.Equal($"{List}:0:{member}", Assert.Single(errors).Path);
    }

    [Fact]
    public void A_member_that_there_is_not_is_reported()
    {
        var (_, errors) = Read(One(("Needs", "read_content")));
        Assert.Equal($"{List}:0:Needs", Assert.Single(errors).Path);
    }

    private static void Rejected(string member, string value, string what)
    {
        var (operations, errors) = Read(One((member, value)));
        Assert.Empty(operations);
        var error = Assert.Single(errors);
        Assert.Equal($"{List}:0:{member}", error.Path);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    private static (string Key, string Value)[] One(params (string Key, string Value)[] changes)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Method"] = "GET",
            ["Template"] = "/v1/things/{thing_id}",
            ["Name"] = "things.retrieve",
            ["Capability"] = "read_content",
        };
        foreach (var (key, value) in changes)
        {
            all[key] = value;
        }

        return [.. all.Select(pair => (pair.Key, pair.Value))];
    }

    private static (IReadOnlyList<NotionOperation> Operations, IReadOnlyList<SettingError> Errors) Read(params (string Key, string Value)[][] operations)
    {
        var pairs = operations.SelectMany((operation, index) => operation.Select(pair => ($"{List}:{index}:{pair.Key}", (string?)pair.Value)));
        var (settings, errors, _) = Configured.Read([.. pairs]);
        return (settings.Access.ExtraOperations, errors);
    }
}
