using NotionGateway.Access;

namespace NotionGateway.UnitTests.Access;

public sealed class BearerKeyTests
{
    [Theory]
    [InlineData("Bearer abc", "abc")]
    [InlineData("bearer abc", "abc")]
    [InlineData("BEARER   abc  ", "abc")]
    [InlineData("Bearer\tabc", "abc")]
    public void The_key_stands_behind_the_scheme(string value, string expected)
    {
        Assert.Null(BearerKey.TryRead(value, out var key));
        Assert.Equal(expected, key.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    public void No_value_is_no_key(string? value) => Assert.Equal(RefusalReason.MissingKey, BearerKey.TryRead(value, out _)?.Reason);

    [Theory]
    [InlineData("Basic YTpi")]
    [InlineData("Bearerabc")]
    [InlineData("abc")]
    public void Another_scheme_is_no_valid_key(string value) => Assert.Equal(RefusalReason.InvalidKey, BearerKey.TryRead(value, out _)?.Reason);

    [Fact]
    public void An_endless_key_is_not_even_hashed() => Assert.Equal(RefusalReason.InvalidKey, BearerKey.TryRead("Bearer " + new string('a', 20_000), out _)?.Reason);

    [Theory]
    [InlineData("Bearer ntn_12345678901abcdefghijklmnopqrstuvwxyz012345678")]
    [InlineData("Bearer secret_abc")]
    [InlineData("Bearer nrt_abc")]
    [InlineData("ntn_12345678901abcdefghijklmnopqrstuvwxyz012345678")]
    public void A_token_of_Notions_is_known_as_what_it_is(string value) => Assert.Equal(RefusalReason.NotionTokenPresented, BearerKey.TryRead(value, out _)?.Reason);
}
