using NotionGateway.Access.Targets;
using NotionGateway.Forwarding;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.Access.Targets;

public sealed class HeaderRulesTests
{
    private static readonly RequestHead Plain = new()
    {
        Method = "GET",
        IsMultiplexed = false,
        AuthorizationCount = 1,
        IsHttp10 = false,
        TransferCoding = null,
        Expect = null,
        HasLengthAndCoding = false,
        HasConnectionFields = false,
        HasBody = false,
        HasContentEncoding = false,
        Repeated = null,
        Unclean = null,
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
            Plain with { Expect = "200-ok" },
            Plain with { HasLengthAndCoding = true, Method = "POST" },
            Plain with { IsMultiplexed = true, HasConnectionFields = true },
            Plain with { HasBody = true },
            Plain with { HasBody = true, Method = "DELETE" },
            Plain with { Repeated = "Notion-Version" },
            Plain with { Unclean = "User-Agent" },
            Plain with { Method = "POST", TransferCoding = "gzip, chunked" },
            Plain with { Method = "POST", TransferCoding = "chunked, chunked" },
            Plain with { Method = "POST", TransferCoding = "chunked,chunked" },
            Plain with { Method = "POST", TransferCoding = "identity" },
            Plain with { Method = "POST", TransferCoding = "" },
            Plain with { Method = "POST", TransferCoding = "chunked", IsHttp10 = true },
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
    public void A_tiny_body_on_a_read_is_looked_at_later() => Assert.Null(HeaderRules.Check(Plain with { HasBody = true, HasTinyBody = true }));

    [Fact]
    public void The_expectation_of_a_hundred_is_met_in_any_case() =>
        Assert.Null(HeaderRules.Check(Plain with { Method = "POST", Expect = "100-Continue", HasBody = true }));

    [Fact]
    public void Connection_fields_are_normal_in_the_older_protocol() => Assert.Null(HeaderRules.Check(Plain with { HasConnectionFields = true }));

    [Theory]
    [InlineData("chunked")]
    [InlineData("Chunked")]
    public void Chunked_is_the_one_coding(string coding) =>
        Assert.Null(HeaderRules.Check(Plain with { Method = "POST", HasBody = true, TransferCoding = coding }));

    [Fact]
    public void A_value_may_hold_what_is_printable_and_tabs() => Assert.All(
        Enumerable.Range(0, 0x180), code => Assert.Equal(code is '\t' or (>= ' ' and <= '~'), HeaderRules.IsCleanValue($"a{(char)code}b")));

    [Fact]
    public void Whatever_is_sent_on_is_judged() =>
        Assert.Empty(RequestHeadersTransform.Kept.Concat(["Content-Type", "User-Agent", NotionHeaders.Version]).Except(AccessHeaders.Used));
}
