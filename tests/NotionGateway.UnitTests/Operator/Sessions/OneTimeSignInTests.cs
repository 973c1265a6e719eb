using NotionGateway.Operator.Sessions;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Operator.Sessions;

public sealed class OneTimeSignInTests
{
    private readonly TwoClocks _time = new(DateTimeOffset.UnixEpoch);

    private OneTimeSignIn SignIn => field ??= new OneTimeSignIn(KeyDigest.Of(The.OperatorKey), _time);

    [Fact]
    public void It_works_once()
    {
        var secret = SignIn.Secret;

        Assert.False(SignIn.TryUse(new string('a', 43)));
        Assert.True(SignIn.TryUse(secret));
        Assert.False(SignIn.TryUse(secret));
        Assert.Null(SignIn.Secret);
    }

    [Fact]
    public void It_works_for_five_minutes()
    {
        var secret = SignIn.Secret;
        _time.Advance(OneTimeSignIn.Life);

        Assert.False(SignIn.TryUse(secret));
    }

    [Theory]
    [InlineData(true, null, "__Host-notion-gateway-operator", true)]
    [InlineData(false, 8082, "notion-gateway-operator-8082", false)]
    public void The_cookie_tells_ports_apart_and_over_https_browsers_protect_its_name(bool isHttps, int? port, string name, bool secure) =>
        Assert.Equal(new SessionCookie(name, secure), SessionCookie.For(isHttps, port));
}
