using NotionGateway.Access;

namespace NotionGateway.UnitTests.Access;

public sealed class GatewayKeyTests
{
    [Fact]
    public void Two_keys_are_never_the_same() => Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => GatewayKey.New()).Distinct().Count());

    [Fact]
    public void A_secret_that_is_no_key_does_not_look_like_one()
    {
        Assert.Matches("^ngw_[A-Za-z0-9]{43}$", GatewayKey.New());
        Assert.Matches("^[A-Za-z0-9]{43}$", GatewayKey.NewSecret());
    }

    [Fact]
    public void A_key_has_the_form_of_one() => Assert.True(GatewayKey.HasForm(GatewayKey.New()));

    [Theory]
    [InlineData("")]
    [InlineData("ngw_")]
    [InlineData("ngw_012345678901234567890123456789012345678901")]
    [InlineData("ngw_01234567890123456789012345678901234567890123")]
    [InlineData("ngw_01234567890123456789012345678901234567890!2")]
    [InlineData("NGW_0123456789012345678901234567890123456789012")]
    [InlineData("ntn_0123456789012345678901234567890123456789012")]
    public void Other_text_does_not(string text) => Assert.False(GatewayKey.HasForm(text));
}
