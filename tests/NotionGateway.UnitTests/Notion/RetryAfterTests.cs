using NotionGateway.Notion;

namespace NotionGateway.UnitTests.Notion;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("17", 17)]
    [InlineData(" 17 ", 17)]
    [InlineData("0", 1)]
    [InlineData("-5", 1)]
    [InlineData("600", 600)]
    [InlineData("601", 600)]
    [InlineData("2147483647", 600)]
    [InlineData("4294967297", 600)]
    [InlineData("99999999999999999999", 600)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 600)]
    [InlineData("Mon, 23 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("Mon, 23 Nov 2026 11:00:00 GMT", 1)]
    public void Seconds_and_dates_are_read(string value, int expected) => Assert.Equal(expected, RetryAfter.Seconds(value, null, Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("1.5")]
    [InlineData("17, 20")]
    public void Anything_else_says_nothing(string? value) => Assert.Null(RetryAfter.Seconds(value, null, Now));

    [Theory]
    [InlineData("Mon, 23 Nov 2026 13:00:30 GMT", "Mon, 23 Nov 2026 13:00:00 GMT", 30)]
    [InlineData("Mon, 23 Nov 2026 11:00:30 GMT", "Mon, 23 Nov 2026 11:00:00 GMT", 30)]
    [InlineData("Mon, 23 Nov 2026 11:00:00 GMT", "Mon, 23 Nov 2026 13:00:00 GMT", 1)]
    [InlineData("Mon, 23 Nov 2026 12:00:30 GMT", "no date", 30)]
    [InlineData("17", "Mon, 23 Nov 2026 13:00:00 GMT", 17)]
    public void A_date_is_compared_with_the_date_of_the_same_answer(string value, string answeredAt, int expected) =>
        Assert.Equal(expected, RetryAfter.Seconds(value, answeredAt, Now));

    [Fact]
    public void As_a_length_of_time_it_is_the_same()
    {
        Assert.Equal(TimeSpan.FromSeconds(7), RetryAfter.Wait("7", null, Now));
        Assert.Null(RetryAfter.Wait("soon", null, Now));
    }
}
