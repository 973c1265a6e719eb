using NotionGateway.Credentials.Sources;

namespace NotionGateway.UnitTests.Credentials.Sources;

public sealed class SecretTextTests
{
    [Theory]
    [InlineData("ntn_abc")]
    [InlineData("ntn_abc\n")]
    [InlineData("ntn_abc\r\n")]
    [InlineData("\uFEFFntn_abc\n")]
    [InlineData("ntn_abc\n\n")]
    [InlineData(" \tntn_abc ")]
    [InlineData("\u00A0ntn_abc\uFEFF\r\n")]
    public void What_editors_add_is_taken_away(string raw)
    {
        Assert.Null(SecretText.TryClean(raw, out var token));
        Assert.Equal("ntn_abc", token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\uFEFF")]
    [InlineData("ntn_\0abc")]
    [InlineData("ntn_abc\r\nX-Injected: 1")]
    [InlineData("ntn_é")]
    public void What_cannot_be_a_token_is_not_taken_for_one(string raw)
    {
        var problem = SecretText.TryClean(raw, out _);
        Assert.NotNull(problem);
        Assert.DoesNotContain("ntn_a", problem);
    }

    [Fact]
    public void Base64_of_white_space_is_no_token_and_breaks_nothing()
    {
        const string Spaces = "ICAgICAgICAgICAg";
        Assert.Contains("base64", SecretText.TryClean(Spaces, out _));
        Assert.All(Enum.GetValues<SecretKind>(), kind => SecretText.TryClean(Spaces, out _, kind));
    }

    [Fact]
    public void A_whole_file_is_not_a_token() => Assert.NotNull(SecretText.TryClean(new string('a', 2000), out _));
}
