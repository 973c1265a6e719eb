using NotionGateway.Access;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Access;

public sealed class CallerTests
{
    private static readonly Caller Crm =
        new(Some.CallerOptions("crm") with { Credential = "default", Credentials = ["second", "shop/*", "crm/acme-*", "wiki/home"] });

    [Theory]
    [InlineData("default")]
    [InlineData("second")]
    [InlineData("shop/acme")]
    [InlineData("shop/x")]
    [InlineData("crm/acme-1")]
    [InlineData("wiki/home")]
    public void A_caller_may_use_what_is_named_and_what_begins_as_a_rule_says(string credential) => Assert.True(Crm.MayUse(credential));

    [Theory]
    [InlineData("")]
    [InlineData("third")]
    [InlineData("Default")]
    [InlineData("second ")]
    [InlineData("shop")]
    [InlineData("shop/")]
    [InlineData("shop/*")]
    [InlineData("shop/A")]
    [InlineData("shop/a/b")]
    [InlineData("Shop/acme")]
    [InlineData("shopping/acme")]
    [InlineData("crm/acme")]
    [InlineData("crm/acme-*")]
    [InlineData("crm/other")]
    [InlineData("wiki/home2")]
    [InlineData("wiki/other")]
    public void A_caller_may_use_nothing_else(string credential) => Assert.False(Crm.MayUse(credential));

    [Fact]
    public void Without_a_rule_no_grant_is_open() => Assert.False(Some.Caller("crm").MayUse("shop/acme"));

    [Fact]
    public void A_caller_without_a_credential_must_choose() => Assert.Null(new Caller(Some.CallerOptions("crm") with { Credential = null }).Credential);
}
