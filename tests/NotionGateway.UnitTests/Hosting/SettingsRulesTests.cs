namespace NotionGateway.UnitTests.Hosting;

/// <summary>The rules between sections.</summary>
public sealed class SettingsRulesTests
{
    private const string Crm = "Gateway:Access:Callers:crm";
    private const string Hash = "sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683";

    private static readonly (string, string?)[] NoDefault =
        [("Gateway:Credentials:default:Source", null), ("Gateway:Credentials:default:Variable", null)];

    private static readonly (string, string?)[] Shop =
    [
        ("Gateway:OAuth:Apps:shop:ClientId", "c11e0001-0000-4000-8000-000000000001"),
        ("Gateway:OAuth:Apps:shop:ClientSecret:Source", "Environment"),
        ("Gateway:OAuth:Apps:shop:ClientSecret:Variable", "SHOP_SECRET"),
        ("Gateway:OAuth:PublicUrl", "https://connect.example.com"),
        ("Gateway:OAuth:Store:Path", "/data/grants.db"),
        ("Gateway:OAuth:EncryptionKey:Source", "File"),
        ("Gateway:OAuth:EncryptionKey:Path", "/run/secrets/key"),
    ];

    [Fact]
    public void A_caller_without_a_credential_gets_the_only_one_there_is() =>
        Assert.Equal("second", Credential([.. NoDefault, .. Named("second")]));

    [Fact]
    public void A_caller_without_a_credential_gets_the_default_of_several() => Assert.Equal("default", Credential(Named("second")));

    [Fact]
    public void A_caller_without_a_credential_is_an_error_where_there_are_several_and_no_default() =>
        Assert.Contains("none is named 'default'", Error($"{Crm}:Credential", [.. NoDefault, .. Named("second"), .. Named("third")]));

    [Fact]
    public void A_credential_that_is_named_is_kept() => Assert.Equal("second", Credential([.. Named("second"), ($"{Crm}:Credential", "second")]));

    [Fact]
    public void A_caller_of_grants_alone_gets_no_configured_credential()
    {
        Assert.Null(Credential([.. Shop, ($"{Crm}:Credentials:0", "shop/*")]));
        Assert.Null(Credential([.. NoDefault, .. Shop, .. Named("second"), .. Named("third"), ($"{Crm}:Credentials:0", "shop/acme")]));
        Assert.Equal("default", Credential([.. Shop, .. Named("second"), ($"{Crm}:Credentials:0", "shop/*"), ($"{Crm}:Credentials:1", "second")]));
    }

    [Theory]
    [InlineData("shop/acme")]
    [InlineData("shop/*")]
    [InlineData("shop/acme-*")]
    public void A_grant_need_not_be_there_yet_but_its_app_must(string name)
    {
        Assert.Empty(Configured.Read([.. Shop, ($"{Crm}:Credentials:0", name)]).Errors);
        Assert.Contains("not app/name", Error($"{Crm}:Credentials", ($"{Crm}:Credentials:0", name)));
    }

    [Theory]
    [InlineData("nowhere", "not among Gateway:Credentials")]
    [InlineData("other/acme", "not app/name")]
    [InlineData("other/*", "not app/name")]
    [InlineData("*", "not among Gateway:Credentials")]
    [InlineData("*/acme", "not app/name")]
    [InlineData("shop*", "not among Gateway:Credentials")]
    [InlineData("shop/a/*", "not app/name")]
    [InlineData("shop/A*", "not app/name")]
    [InlineData("shop/", "not app/name")]
    [InlineData("/*", "not app/name")]
    [InlineData("shop/**", "not app/name")]
    public void A_name_that_is_neither_a_credential_nor_of_an_app_is_an_error(string name, string what) =>
        Assert.Contains(what, Error($"{Crm}:Credentials", [.. Shop, ($"{Crm}:Credentials:0", name)]));

    [Fact]
    public void What_a_caller_uses_without_choosing_is_one_credential_and_not_a_prefix()
    {
        Assert.Empty(Configured.Read([.. Shop, ($"{Crm}:Credential", "shop/acme")]).Errors);
        Assert.Contains("not app/name", Error($"{Crm}:Credential", [.. Shop, ($"{Crm}:Credential", "shop/*")]));
        Assert.Contains("not among", Error($"{Crm}:Credential", ($"{Crm}:Credential", "nowhere")));
    }

    [Fact]
    public void A_permission_for_an_app_needs_the_app()
    {
        Assert.Empty(Configured.Read([.. Shop, ($"{Crm}:Permissions:0", "oauth:shop")]).Errors);
        Assert.Contains("the app 'other'", Error($"{Crm}:Permissions", [.. Shop, ($"{Crm}:Permissions:0", "oauth:other")]));
    }

    [Fact]
    public void A_plan_must_be_one_of_the_plans()
    {
        Assert.Contains("Standard, Business", Error("Gateway:OAuth:Apps:shop:Plan", [.. Shop, ("Gateway:OAuth:Apps:shop:Plan", "Gold")]));
        Assert.Contains("Standard, Business", Error("Gateway:Credentials:default:Plan", ("Gateway:Credentials:default:Plan", "Gold")));
    }

    [Fact]
    public void A_key_must_not_open_both_the_gateway_and_its_administration() =>
        Assert.Contains("separate keys", Error($"{Crm}:KeyHashes", [.. Shop, ("Gateway:Operator:KeyHashes:0", Hash)]));

    [Fact]
    public void Nobody_to_serve_and_nothing_to_serve_with_are_errors()
    {
        Assert.Contains("GATEWAY_KEY", Error("Gateway:Access:Callers", ($"{Crm}:KeyHashes:0", null)));
        Assert.Contains("NOTION_TOKEN", Error("Gateway:Credentials", NoDefault));
        Assert.Empty(Configured.Read([.. NoDefault, .. Shop]).Errors);
    }

    private static (string, string?)[] Named(string credential) =>
        [($"Gateway:Credentials:{credential}:Source", "Environment"), ($"Gateway:Credentials:{credential}:Variable", "X")];

    private static string? Credential(params (string, string?)[] changes)
    {
        var (settings, errors, _) = Configured.Read(changes);
        Assert.Empty(errors);
        return settings.Access.Callers.Single().Credential;
    }

    private static string Error(string path, params (string, string?)[] changes) =>
        Assert.Single(Configured.Read(changes).Errors, error => error.Path == path).Message;
}
