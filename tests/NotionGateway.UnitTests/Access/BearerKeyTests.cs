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
    [InlineData("abc", "'Bearer ' is missing")]
    [InlineData("Basic YTpi", "it does not begin with 'Bearer '")]
    [InlineData("Token abc", "it does not begin with 'Bearer '")]
    [InlineData("\"Bearer abc\"", "it does not begin with 'Bearer '")]
    [InlineData("Bearerabc", "a space is missing")]
    [InlineData("Bearer: abc", "a space is missing")]
    [InlineData("Bearer=abc", "a space is missing")]
    public void A_form_without_a_key_in_it_is_told_what_is_wrong(string value, string mistake)
    {
        var refusal = BearerKey.TryRead(value, out _)!;
        Assert.Equal(RefusalReason.InvalidKey, refusal.Reason);
        Assert.Contains(mistake, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer abc", "'Bearer' appears twice")]
    [InlineData("bearer: abc", "'Bearer' appears twice")]
    [InlineData("\"abc\"", "in quotes or brackets")]
    [InlineData("<abc>", "in quotes or brackets")]
    [InlineData("'abc'", "in quotes or brackets")]
    [InlineData("[abc]", "in quotes or brackets")]
    [InlineData("{abc}", "in quotes or brackets")]
    [InlineData("(abc)", "in quotes or brackets")]
    [InlineData("`abc`", "in quotes or brackets")]
    [InlineData("Bearer\tabc", "'Bearer' appears twice")]
    [InlineData("Bearer", "The gateway key is not valid.")]
    [InlineData("abc\tx", "there is extra text after the key")]
    [InlineData("abc, Bearer x", "there is extra text after the key")]
    [InlineData("abc x", "there is extra text after the key")]
    [InlineData("abc", "The gateway key is not valid.")]
    [InlineData("bearerabc", "The gateway key is not valid.")]
    public void A_key_that_is_nobodys_is_told_what_is_wrong_with_its_form(string key, string sentence)
    {
        var refusal = BearerKey.NotFound(key);
        Assert.Equal(RefusalReason.InvalidKey, refusal.Reason);
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer ntn_abc")]
    [InlineData("\"secret_abc\"")]
    [InlineData("abc, adm_abc")]
    public void A_token_of_Notions_in_a_wrong_form_is_one_too(string key) => Assert.Equal(RefusalReason.NotionTokenPresented, BearerKey.NotFound(key).Reason);

    [Fact]
    public void A_key_of_endless_length_is_not_even_hashed()
    {
        Assert.Null(BearerKey.TryRead("Bearer " + new string('a', KeyDigest.LongestKey), out _));
        var refusal = BearerKey.TryRead("Bearer " + new string('a', KeyDigest.LongestKey + 1), out _);
        Assert.Equal(RefusalReason.InvalidKey, refusal?.Reason);
        Assert.Contains($"more than {KeyDigest.LongestKey} characters", refusal!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer", "send your gateway key")]
    [InlineData("Bearer ntn_abc", "treat that token as leaked")]
    [InlineData("Basic x", "set only the key as its token or auth option")]
    public void What_to_do_is_said_too(string value, string sentence) =>
        Assert.Contains(sentence, BearerKey.TryRead(value, out _)!.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Bearer ntn_12345678901abcdefghijklmnopqrstuvwxyz012345678")]
    [InlineData("Bearer secret_abc")]
    [InlineData("Bearer nrt_abc")]
    [InlineData("Bearer adm_abc")]
    [InlineData("Token ntn_abc")]
    [InlineData("Token token=\"secret_abc\"")]
    [InlineData("Bearer:nrt_abc")]
    [InlineData("ntn_12345678901abcdefghijklmnopqrstuvwxyz012345678")]
    public void A_token_of_Notions_is_known_as_what_it_is(string value) =>
        Assert.Equal(RefusalReason.NotionTokenPresented, BearerKey.TryRead(value, out _)?.Reason);
}
