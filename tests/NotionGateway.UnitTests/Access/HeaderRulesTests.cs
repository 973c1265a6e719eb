using NotionGateway.Access;

namespace NotionGateway.UnitTests.Access;

public sealed class HeaderRulesTests
{
    private static readonly RequestHead Plain = new()
    {
        Method = "GET",
        IsMultiplexed = false,
        AuthorizationCount = 1,
        AsksForUpgrade = false,
        Expect = null,
        HasLengthAndCoding = false,
        HasConnectionFields = false,
        HasBody = false,
        HasContentEncoding = false,
        Repeated = null,
        HasForeignCharacters = false,
    };

    [Fact]
    public void A_plain_head_passes() => Assert.Null(HeaderRules.Check(Plain));

    [Theory]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    [InlineData("OPTIONS")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("get")]
    [InlineData("FOO-BAR")]
    public void Any_other_method_is_refused(string method) =>
        Assert.Equal(RefusalReason.MethodNotAllowed, HeaderRules.Check(Plain with { Method = method })?.Reason);

    [Fact]
    public void What_could_be_read_in_two_ways_is_refused_and_the_connection_closed()
    {
        RequestHead[] heads =
        [
            Plain with { AuthorizationCount = 2 },
            Plain with { AsksForUpgrade = true },
            Plain with { Expect = "200-ok" },
            Plain with { HasLengthAndCoding = true, Method = "POST" },
            Plain with { IsMultiplexed = true, HasConnectionFields = true },
            Plain with { HasBody = true },
            Plain with { HasBody = true, Method = "DELETE" },
            Plain with { Repeated = "Notion-Version" },
            Plain with { HasForeignCharacters = true },
        ];
        Assert.All(heads, head =>
        {
            var refusal = HeaderRules.Check(head);
            Assert.Equal(RefusalReason.MalformedRequest, refusal?.Reason);
            Assert.True(refusal!.Reason.ClosesConnection);
        });
    }

    [Fact]
    public void An_encoded_body_is_refused() =>
        Assert.Equal(RefusalReason.UnsupportedMediaType, HeaderRules.Check(Plain with { Method = "POST", HasContentEncoding = true })?.Reason);

    [Fact]
    public void The_expectation_of_a_hundred_is_met_in_any_case() => Assert.Null(HeaderRules.Check(Plain with { Method = "POST", Expect = "100-Continue", HasBody = true }));

    [Fact]
    public void Connection_fields_are_normal_in_the_older_protocol() => Assert.Null(HeaderRules.Check(Plain with { HasConnectionFields = true }));
}
