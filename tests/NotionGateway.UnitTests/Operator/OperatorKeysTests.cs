using NotionGateway.Operator;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Operator;

public sealed class OperatorKeysTests
{
    private readonly OperatorKeys _keys = new(new OperatorOptions { Keys = [KeyDigest.Of(The.OperatorKey), KeyDigest.Of(The.OtherKey)] });

    [Fact]
    public void An_operator_is_known_by_the_beginning_of_the_hash()
    {
        Assert.Null(_keys.Authenticate($"Bearer {The.OperatorKey}", out var who));
        Assert.Equal(new OperatorIdentity(KeyDigest.Of(The.OperatorKey).ToString()[7..15], KeyDigest.Of(The.OperatorKey), MayChange: true), who);
        Assert.Matches("^[0-9a-f]{8}$", who!.Name);
    }

    [Fact]
    public void A_viewer_is_an_operator_who_may_change_nothing()
    {
        var keys = new OperatorKeys(new OperatorOptions { Keys = [KeyDigest.Of(The.OperatorKey)], Viewers = [KeyDigest.Of(The.ViewerKey)] });

        Assert.Null(keys.Authenticate($"Bearer {The.ViewerKey}", out var who));
        Assert.False(who!.MayChange);
        Assert.True(keys.TryFind(KeyDigest.Of(The.OperatorKey), out var other) && other.MayChange);
        Assert.False(keys.TryFind(KeyDigest.Of(The.Key), out _));
    }

    [Theory]
    [InlineData(null, "missing_key")]
    [InlineData("", "missing_key")]
    [InlineData("Bearer", "missing_key")]
    [InlineData("Bearer ", "missing_key")]
    [InlineData("Basic b3BlcmF0b3I6a2V5", "invalid_key")]
    [InlineData($"Bearer {The.Key}", "invalid_key")]
    [InlineData($"Bearer {The.OperatorKey}x", "invalid_key")]
    [InlineData($"Bearer {The.OperatorKey} {The.OperatorKey}", "invalid_key")]
    [InlineData($"Bearer{The.OperatorKey}", "invalid_key")]
    [InlineData(The.OperatorKey, "invalid_key")]
    [InlineData($"Bearer {The.NotionToken}", "notion_token_presented")]
    public void Nothing_else_is(string? authorization, string reason)
    {
        var refusal = _keys.Authenticate(authorization, out var who);

        Assert.Equal(reason, refusal?.Reason.Name);
        Assert.Null(who);
        Assert.DoesNotContain("ngw_", refusal!.Message);
    }
}
