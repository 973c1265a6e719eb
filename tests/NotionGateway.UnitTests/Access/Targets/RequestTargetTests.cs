using NotionGateway.Access.Targets;

namespace NotionGateway.UnitTests.Access.Targets;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/v1/users", "/v1/users", "", false)]
    [InlineData("/v1/users?", "/v1/users", "", true)]
    [InlineData("/v1/users?a=b", "/v1/users", "a=b", true)]
    [InlineData("/v1/users?a=b?c", "/v1/users", "a=b?c", true)]
    [InlineData("?a", "", "a", true)]
    [InlineData("", "", "", false)]
    public void A_target_is_split_at_its_first_question_mark(string text, string path, string query, bool hasQuery)
    {
        var target = new RequestTarget(text);
        Assert.Equal((path, query, hasQuery), (target.Path.ToString(), target.Query.ToString(), target.HasQuery));
        Assert.Same(text, target.ToString());
    }
}
