using NotionGateway.OAuth.Connect;

namespace NotionGateway.UnitTests.OAuth.Connect;

public sealed class LinkClaimsTests
{
    [Fact]
    public void One_at_a_time_finishes_with_a_link()
    {
        var claims = new LinkClaims();
        var (link, other) = (KeyDigest.Of("link"), KeyDigest.Of("other"));

        using (var first = claims.TryTake(link))
        {
            Assert.NotNull(first);
            Assert.Null(claims.TryTake(link));
            Assert.NotNull(claims.TryTake(other));
        }

        Assert.NotNull(claims.TryTake(link));
    }
}
