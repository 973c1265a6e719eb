using NotionGateway.Access.Targets;
using NotionGateway.Forwarding;
using NotionGateway.Notion;

namespace NotionGateway.UnitTests.Access.Targets;

public sealed class HeaderRulesTests
{
    private static readonly RequestHead Plain = RequestHead.WellFormed("GET");

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public void A_plain_head_passes_with_each_method_of_Notions_API(string method)
    {
        Assert.Null(HeaderRules.Check(RequestHead.WellFormed(method)));
        Assert.Contains(method, HeaderRules.Methods);
    }

    [Theory]
    [InlineData("TRACE")]
    [InlineData("CONNECT")]
    [InlineData("OPTIONS")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("get")]
    [InlineData("FOO-BAR")]
    public void Any_other_method_is_refused(string method)
    {
        var refusal = HeaderRules.Check(Plain with { Method = method });
        Assert.Equal(RefusalReason.MethodNotAllowed, refusal?.Reason);
        Assert.Contains("only the methods GET, POST, PATCH and DELETE", refusal!.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(method, HeaderRules.Methods);
    }

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

        // Each says what to send instead; the codings are wrong in one way.
        Assert.Equal(10, heads.Select(head => HeaderRules.Check(head)!.Message).Where(message => message.EndsWith('.')).Distinct().Count());
    }

    [Fact]
    public void An_encoded_body_is_refused()
    {
        var refusal = HeaderRules.Check(Plain with { Method = "POST", HasContentEncoding = true });
        Assert.Equal(RefusalReason.UnsupportedMediaType, refusal?.Reason);
        Assert.Contains("uncompressed", refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tiny_body_on_a_read_is_looked_at_later() => Assert.Null(HeaderRules.Check(Plain with { HasBody = true, HasTinyBody = true }));

    [Fact]
    public void The_expectation_of_a_hundred_is_met_in_any_case() =>
        Assert.Null(HeaderRules.Check(Plain with { Method = "POST", Expect = "100-Continue", HasBody = true }));

    [Fact]
    public void Connection_fields_are_normal_in_the_older_protocol() => Assert.Null(HeaderRules.Check(Plain with { HasConnectionFields = true }));

    [Fact]
    public void A_read_without_a_body_may_come_by_any_protocol() => Assert.Null(HeaderRules.Check(Plain with { IsMultiplexed = true }));

    [Fact]
    public void A_tiny_body_is_no_excuse_for_wrong_framing() => Assert.NotNull(
        HeaderRules.Check(Plain with { Method = "POST", HasBody = true, HasTinyBody = true, HasLengthAndCoding = true }));

    [Theory]
    [InlineData("chunked")]
    [InlineData("Chunked")]
    public void Chunked_is_the_one_coding(string coding) =>
        Assert.Null(HeaderRules.Check(Plain with { Method = "POST", HasBody = true, TransferCoding = coding }));

    [Fact]
    public void A_value_may_hold_what_is_printable_and_tabs() => Assert.All(
        Enumerable.Range(0, 0x180), code => Assert.Equal(code is '\t' or (>= ' ' and <= '~'), HeaderRules.IsCleanValue($"a{(char)code}b")));

    [Fact]
    public void Every_header_that_is_used_is_judged_in_any_case() => Assert.All(
        ["AUTHORIZATION", "prefer", "Expect", "transfer-encoding", "Content-Encoding", "content-type", "Accept", "accept-encoding", "User-Agent",
            "notion-version", "Notion-Beta", "notion-gateway-credential"],
        name => Assert.True(AccessHeaders.Used.Contains(name), name));

    [Fact]
    public void Whatever_is_sent_on_is_judged() =>
        Assert.Empty(RequestHeadersTransform.Kept.Concat(["Content-Type", "User-Agent", NotionHeaders.Version]).Except(AccessHeaders.Used));
}
