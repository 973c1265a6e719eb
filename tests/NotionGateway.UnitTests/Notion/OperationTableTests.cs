using NotionGateway.Notion;
using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Notion;

public sealed class OperationTableTests
{
    private static readonly OperationTable Table = new(NotionOperations.All);

    [Fact]
    public void Every_operation_is_found_by_its_own_template() => Assert.All(
        NotionOperations.All,
        operation => Assert.Same(
            operation, Table.Find(operation.Method, operation.Template.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal))));

    [Fact]
    public void Names_are_unique_and_fit_to_be_labels()
    {
        Assert.Equal(NotionOperations.All.Count, NotionOperations.All.Select(operation => operation.Name).Distinct().Count());
        Assert.All(NotionOperations.All, operation => Assert.True(GatewayName.IsValid(operation.Name), operation.Name));
    }

    [Fact]
    public void Nothing_of_oauth_is_listed() => Assert.DoesNotContain(NotionOperations.All, operation => operation.Template.Contains("oauth"));

    [Theory]
    [InlineData("GET", "/v1/users/me", "users.me")]
    [InlineData("GET", "/v1/users/me2", "users.retrieve")]
    [InlineData("GET", "/v1/users/d40e767c-d7af-4b18-a86d-55c61f1e39a4", "users.retrieve")]
    [InlineData("POST", "/v1/agents/query", "agents.query")]
    [InlineData("GET", "/v1/async_tasks/task_0a1b", "async_tasks.retrieve")]
    [InlineData("GET", "/v1/pages/x/properties/%3Aab%40", "pages.properties.retrieve")]
    [InlineData("POST", "/v1/blocks/meeting_notes/query", "blocks.meeting_notes.query")]
    public void A_literal_goes_before_an_id(string method, string path, string name) => Assert.Equal(name, Table.Find(method, path)?.Name);

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "v1/users")]
    [InlineData("GET", "/v1/users/a%40b")]
    [InlineData("GET", "/v1/users/a b")]
    [InlineData("GET", "/v1/users//")]
    [InlineData("GET", "/v1/pages//properties/x")]
    [InlineData("PUT", "/v1/users")]
    [InlineData("get", "/v1/users")]
    public void What_is_not_exactly_listed_is_not_found(string method, string path) => Assert.Null(Table.Find(method, path));

    [Theory]
    [InlineData("/v1/blocks/abc/children", "GET PATCH")]
    [InlineData("/v1/users/me", "GET GET")]
    [InlineData("/v1/pages/abc/properties/%2F7eo", "GET")]
    [InlineData("/v1/pages/abc/properties/..;x", "")]
    [InlineData("/v1/oauth/token", "")]
    [InlineData("/v1", "")]
    [InlineData("/", "")]
    [InlineData("", "")]
    public void What_a_path_takes_is_told(string path, string methods) =>
        Assert.Equal(methods, string.Join(' ', Table.At(path).Select(operation => operation.Method).Order()));

    [Fact]
    public void A_harmful_id_of_a_property_can_be_told_from_a_path_that_is_not_listed()
    {
        Assert.NotEmpty(Table.At("/v1/pages/abc/properties/..;x", anyPropertyId: true));
        Assert.Empty(Table.At("/v1/pages/a;c/properties/x", anyPropertyId: true));
    }
}
