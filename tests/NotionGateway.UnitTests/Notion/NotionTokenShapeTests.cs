using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Notion;

public sealed class NotionTokenShapeTests
{
    [Theory]
    [InlineData(The.NotionToken)]
    [InlineData(The.Key)]
    [InlineData("secret_0123456789012345678901234567890123456789012")]
    [InlineData("adm_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ012345678")]
    [InlineData("nrt_4991090011501Ejc6Xn4sHguI7jZIN449mKe9PRhpMfNK")]
    public void A_secret_is_masked_wherever_it_stands(string secret)
    {
        Assert.Equal("before \"[redacted]\", after", NotionTokenShape.Redact($"before \"{secret}\", after"));
        Assert.True(NotionTokenShape.ContainsSecret($"x={secret}"));
    }

    [Fact]
    public void The_chart_knows_the_same_forms() =>
        Assert.Contains($"\n({NotionTokenShape.AllForms})_[0-9A-Za-z]{{20}}\n", Repository.Read("helm", "notion-gateway", "templates", "_checks.tpl"));

    [Theory]
    [InlineData("secret_key of the intn_ation")]
    [InlineData("upstream_unauthorized, malformed_target")]
    [InlineData("wasecret_01234567890123456789012345")]
    public void Ordinary_words_stay(string text) => Assert.Same(text, NotionTokenShape.Redact(text));

    [Theory]
    [InlineData("ntn_x", true)]
    [InlineData("secret_x", true)]
    [InlineData("nrt_x", true)]
    [InlineData("adm_x", true)]
    [InlineData("ngw_x", false)]
    [InlineData("admin", false)]
    public void A_presented_token_of_Notions_is_known_by_how_it_begins(string text, bool isToken)
    {
        Assert.Equal(isToken, NotionTokenShape.LooksLikeToken(text));
        Assert.Equal(isToken, NotionTokenShape.HoldsToken($"Token token=\"{text}\", a"));
    }
}
