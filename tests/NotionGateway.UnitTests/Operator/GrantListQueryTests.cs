using Microsoft.AspNetCore.WebUtilities;
using NotionGateway.Operator;

namespace NotionGateway.UnitTests.Operator;

public sealed class GrantListQueryTests
{
    [Theory]
    [InlineData("", null, null, 100)]
    [InlineData("limit=1", null, null, 1)]
    [InlineData("limit=1000&app=crm", "crm", null, 1000)]
    [InlineData("after=crm/acme", null, "crm/acme", 100)]
    [InlineData("after=crm%2Facme&app=crm&limit=5", "crm", "crm/acme", 5)]
    public void What_may_be_asked_is_read(string query, string? app, string? after, int limit)
    {
        var read = Read(query);

        Assert.Equal((app, after, limit), (read?.App, read?.After?.Value, read?.Limit));
    }

    [Theory]
    [InlineData("app")]
    [InlineData("app=")]
    [InlineData("app=CRM")]
    [InlineData("app=crm/acme")]
    [InlineData("app=crm&app=sales")]
    [InlineData("after=crm")]
    [InlineData("after=crm/a/b")]
    [InlineData("after=")]
    [InlineData("limit=0")]
    [InlineData("limit=1001")]
    [InlineData("limit=-1")]
    [InlineData("limit=+1")]
    [InlineData("limit=1e2")]
    [InlineData("limit=99999999999999999999")]
    [InlineData("token=ngw_something")]
    [InlineData("App=crm")]
    [InlineData("%61pp=crm")]
    [InlineData("after=crm/acme&after=crm/acme")]
    [InlineData("limit=1&limit=1")]
    [InlineData("limit=")]
    [InlineData("app=crm&=x")]
    public void Anything_else_gets_the_one_answer(string query)
    {
        Assert.Null(Read(query));
        Assert.Equal(RefusalReason.InvalidRequest, GrantListQuery.Wrong.Reason);
    }

    // As the framework binds a text: what comes twice is joined with a comma.
    private static GrantListQuery? Read(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        string? Of(string name) => values.TryGetValue(name, out var found) ? found.ToString() : null;
        return GrantListQuery.Read(new GrantListParameters { App = Of("app"), After = Of("after"), Limit = Of("limit") }, "?" + query);
    }
}
