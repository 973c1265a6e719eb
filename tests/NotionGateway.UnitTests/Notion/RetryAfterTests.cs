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
    [InlineData("999999999999", int.MaxValue)]
    [InlineData("99999999999999999999", int.MaxValue)]
    [InlineData("Mon, 23 Nov 2026 12:00:30 GMT", 30)]
    [InlineData("Mon, 23 Nov 2026 11:00:00 GMT", 1)]
    public void Seconds_and_dates_are_read(string value, int expected) => Assert.Equal(expected, RetryAfter.Seconds(value, Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("1.5")]
    [InlineData("17, 20")]
    public void Anything_else_says_nothing(string? value) => Assert.Null(RetryAfter.Seconds(value, Now));
}
