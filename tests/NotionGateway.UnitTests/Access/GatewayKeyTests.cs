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
}
