using System.Text;
using NotionGateway.OAuth.Applications;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.OAuth;

public sealed class BasicCredentialsTests
{
    [Theory]
    [InlineData("Basic")]
    [InlineData("basic")]
    [InlineData("BASIC")]
    public void App_and_key_are_read(string scheme)
    {
        Assert.Null(BasicCredentials.TryRead($"{scheme} {Encoded($"crm:{The.Key}")}", out var credentials));
        Assert.Equal(("crm", The.Key), (credentials.App, credentials.Key.ToString()));
    }

    [Theory]
    [InlineData(null, "missing_key")]
    [InlineData("", "missing_key")]
    [InlineData("Bearer abc", "invalid_key")]
    [InlineData("Basic", "invalid_key")]
    [InlineData("Basic ####", "invalid_key")]
    [InlineData("Basic Y3Jt", "invalid_key")]
    [InlineData("Basic /////w==", "invalid_key")]
    [InlineData("Basic Y3JtOg==", "missing_key")]
    public void Anything_else_is_refused(string? authorization, string reason)
    {
        var refusal = BasicCredentials.TryRead(authorization, out _)!;
        Assert.Equal((reason, "invalid_client"), (refusal.Reason.Name, refusal.OAuthError));
    }

    [Fact]
    public void The_real_client_secret_is_told_from_a_wrong_key() =>
        Assert.Equal(RefusalReason.NotionTokenPresented, BasicCredentials.TryRead($"Basic {Encoded("c11e0001:secret_ThisIsTheRealOne")}", out _)!.Reason);

    [Fact]
    public void A_key_of_any_length_is_answered() =>
        Assert.Equal(RefusalReason.InvalidKey, BasicCredentials.TryRead($"Basic {Encoded("crm:" + new string('x', 5000))}", out _)!.Reason);

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
