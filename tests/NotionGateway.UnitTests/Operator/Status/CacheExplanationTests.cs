using NotionGateway.Access;
using NotionGateway.Operator.Status;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Operator.Status;

/// <summary>What operators are told of a request that may be answered from memory.</summary>
public sealed class CacheExplanationTests
{
    private static readonly (string, string?)[] Policy =
    [
        ("Gateway:Caching:Policies:site:Ttl", "00:01:00"),
        ("Gateway:Caching:Policies:site:StaleIfError", "00:05:00"),
        ("Gateway:Caching:Policies:site:Operations:0", "pages.retrieve"),
        ("Gateway:Access:Callers:crm:Cache", "site"),
    ];

    [Theory]
    [InlineData("pages.retrieve", "from memory by policy site, while nothing it depends on has changed: up to 00:01:00 old, 00:05:00 older if Notion fails")]
    [InlineData("search", "never from memory: policy site leaves search out")]
    [InlineData("async_tasks.retrieve", "never from memory: async_tasks.retrieve cannot be stored")]
    [InlineData("pages.update", "a write: the stored responses that it touches are dropped")]
    public void It_is_told_whether_and_why_not(string operation, string told) => Assert.Equal(told, Explain(operation, Policy));

    [Fact]
    public void A_caller_without_a_policy_is_told_apart() =>
        Assert.Equal("never from memory: the caller has no policy (Cache)", Explain("pages.retrieve", Policy[..3]));

    [Fact]
    public void Where_nothing_is_stored_nothing_is_said() => Assert.Null(Explain("pages.retrieve"));

    private static string? Explain(string operation, params (string, string?)[] changes)
    {
        var settings = Configured.Read(changes).Settings;
        return CacheExplanation.Of(settings.Caching, new Caller(settings.Access.Callers.Single()), Some.Operation(operation));
    }
}
