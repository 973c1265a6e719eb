using NotionGateway.OAuth.Apps;

namespace NotionGateway.UnitTests.OAuth.Apps;

public sealed class OAuthOptionsTests
{
    private static readonly (string, string?)[] Right =
    [
        ("Gateway:OAuth:Apps:crm:ClientId", "c11e0001-0000-4000-8000-000000000001"),
        ("Gateway:OAuth:Apps:crm:ClientSecret:Source", "Environment"),
        ("Gateway:OAuth:Apps:crm:ClientSecret:Variable", "CRM_SECRET"),
        ("Gateway:OAuth:PublicUrl", "https://connect.example.com"),
        ("Gateway:OAuth:Store:Path", "/data/grants.db"),
        ("Gateway:OAuth:EncryptionKey:Source", "File"),
        ("Gateway:OAuth:EncryptionKey:Path", "/run/secrets/key"),
    ];

    [Fact]
    public void Without_an_app_it_is_off_and_nothing_is_missing() => Assert.False(Read().IsOn);

    [Fact]
    public void An_app_and_what_it_needs_is_all()
    {
        var options = Read(Right);
        Assert.True(options.IsOn);
        Assert.Equal(("crm", "Standard"), (options.Apps[0].Name, options.Apps[0].Plan));
    }

    [Fact]
    public void A_gateway_may_have_nothing_but_public_connections() =>
        Read([.. Right, ("Gateway:Credentials:default:Source", null), ("Gateway:Credentials:default:Variable", null)]);

    [Fact]
    public void Everything_that_is_missing_is_named_at_once()
    {
        string[] paths = [.. Errors(("Gateway:OAuth:Apps:crm:Plan", "Standard"))];
        Assert.Equal(
            [
                "Gateway:OAuth:Apps:crm:ClientId", "Gateway:OAuth:Apps:crm:ClientSecret:Source", "Gateway:OAuth:Apps:crm:ClientSecret:Variable",
                "Gateway:OAuth:EncryptionKey:Source", "Gateway:OAuth:EncryptionKey:Variable", "Gateway:OAuth:PublicUrl", "Gateway:OAuth:Store:Path",
            ],
            paths.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Gateway:OAuth:PublicUrl", "http://connect.example.com")]
    [InlineData("Gateway:OAuth:PublicUrl", "https://connect.example.com/path")]
    [InlineData("Gateway:OAuth:PublicUrl", "https://user@connect.example.com")]
    [InlineData("Gateway:OAuth:PublicUrl", "connect.example.com")]
    [InlineData("Gateway:OAuth:Apps:crm:ClientId", "with:colon")]
    [InlineData("Gateway:OAuth:Apps:crm:ClientSecret:Source", "OAuth")]
    [InlineData("Gateway:OAuth:Apps:crm:Plan", "Nothing")]
    [InlineData("Gateway:OAuth:Apps:crm:RedirectUris:0", "http://crm.example.com/back")]
    [InlineData("Gateway:OAuth:Apps:crm:RedirectUris:0", "https://crm.example.com/back#part")]
    [InlineData("Gateway:OAuth:Apps:crm:RedirectUris:0", "//crm.example.com")]
    [InlineData("Gateway:OAuth:Apps:crm:Secret", "x")]
    public void What_is_wrong_is_named_with_its_path(string path, string value) =>
        Assert.Contains(Errors([.. Right, (path, value)]), error => path.StartsWith(error, StringComparison.Ordinal));

    [Theory]
    [InlineData("Credentials:0", "crm/*", true)]
    [InlineData("Credentials:0", "crm/acme", true)]
    [InlineData("Credentials:0", "crm/eu-*", true)]
    [InlineData("Credential", "crm/acme", true)]
    [InlineData("Permissions:0", "oauth:crm", true)]
    [InlineData("Credentials:0", "other/*", false)]
    [InlineData("Credentials:0", "crm*", false)]
    [InlineData("Credentials:0", "*", false)]
    [InlineData("Credentials:0", "crm/a/b", false)]
    [InlineData("Credentials:0", "crm/", false)]
    [InlineData("Credential", "crm/*", false)]
    [InlineData("Permissions:0", "oauth:other", false)]
    [InlineData("Permissions:0", "oauth:", false)]
    [InlineData("Permissions:0", "oauth", false)]
    public void A_caller_names_grants_of_apps_that_are_there(string key, string value, bool right) =>
        Assert.Equal(right ? [] : [$"Gateway:Access:Callers:crm:{key.Split(':')[0]}"], Errors([.. Right, ($"Gateway:Access:Callers:crm:{key}", value)]));

    [Fact]
    public void A_caller_that_names_grants_only_gets_none_of_the_configured_credentials()
    {
        var (settings, errors, _) = Configured.Read([.. Right, ("Gateway:Access:Callers:crm:Credentials:0", "crm/*")]);
        Assert.Empty(errors);
        Assert.Null(settings.Access.Callers.Single().Credential);
    }

    private static OAuthOptions Read(params (string Path, string? Value)[] changes)
    {
        var (settings, errors, _) = Configured.Read(changes);
        Assert.Empty(errors);
        return settings.OAuth;
    }

    private static IEnumerable<string> Errors(params (string Path, string? Value)[] changes) => Configured.Read(changes).Errors.Select(error => error.Path);
}
