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

    [Fact]
    public void A_store_in_PostgreSQL_needs_a_verified_server_and_nothing_of_the_file()
    {
        var store = Read(InPostgres()).Store;
        Assert.Equal((GrantStoreType.PostgreSQL, "PostgreSQL at db.example.com/notion", true), (store.Type, store.Description, store.Postgres!.Migrates));
        Assert.Equal("password of the grant store", Read(InPostgres()).Secrets.Last().What);
    }

    [Theory]
    [InlineData("Host=/var/run/postgresql;Database=notion;Username=gateway")]
    [InlineData("Host=127.0.0.1:5433;Database=notion;Username=gateway")]
    [InlineData("Host=localhost,::1;Database=notion;Username=gateway")]
    [InlineData("Host=a.example.com,b.example.com;Database=notion;Username=gateway;SSL Mode=VerifyFull;Application Name=one")]
    public void Without_TLS_a_server_must_be_on_this_machine(string connection) => Read(InPostgres(connection));

    [Theory]
    [InlineData("Host=db.example.com;Database=notion;Username=gateway", "needs SSL Mode=VerifyFull")]
    [InlineData("Host=127.0.0.1,db.example.com;Database=notion;Username=gateway", "needs SSL Mode=VerifyFull")]
    [InlineData("Host=127.0.0.1.example.com;Database=notion;Username=gateway;SSL Mode=Require", "needs SSL Mode=VerifyFull")]
    [InlineData("Host=localhost;Database=notion;Username=gateway;Password=hunter2", "must not contain Password")]
    [InlineData("Host=localhost;Database=notion;Username=gateway;Passfile=/hunter2", "must not contain Passfile")]
    [InlineData("Host=localhost;Database=notion;Username=gateway;Maximum Pool Size=7", "must not contain Maximum Pool Size")]
    [InlineData("Host=localhost;Database=notion;Username=gateway;Include Error Detail=true", "must not contain Include Error Detail")]
    [InlineData("Host=localhost;Username=gateway", "needs Database")]
    [InlineData("hunter2", "is not a connection string")]
    [InlineData("Host=localhost;Port=hunter2", "is not a connection string")]
    [InlineData("postgres://gateway:hunter2@localhost/notion", "is not a connection string")]
    public void What_is_wrong_in_a_connection_string_is_said_without_a_value(string connection, string words)
    {
        var errors = Configured.Read(InPostgres(connection)).Errors;
        Assert.All(errors, error => Assert.Equal("Gateway:OAuth:Store:ConnectionString", error.Path));
        Assert.Contains(errors, error => error.Message.StartsWith(words, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", string.Join(' ', errors.Select(error => error.Message)));
    }

    [Fact]
    public void Settings_of_the_other_store_are_named_at_once()
    {
        Assert.Equal(
            ["Gateway:OAuth:Store:CaFile", "Gateway:OAuth:Store:ConnectionString", "Gateway:OAuth:Store:Path"],
            Errors([.. InPostgres(null), ("Gateway:OAuth:Store:Path", "/data/grants.db"), ("Gateway:OAuth:Store:CaFile", "/no/such/file")])
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            ["Gateway:OAuth:Store:ConnectionString", "Gateway:OAuth:Store:Migrate", "Gateway:OAuth:Store:Password"],
            Errors([.. InPostgres(), ("Gateway:OAuth:Store:Type", "Sqlite"), ("Gateway:OAuth:Store:Path", "/data/grants.db"),
                ("Gateway:OAuth:Store:Migrate", "false")]).Order(StringComparer.Ordinal));
    }

    private static (string, string?)[] InPostgres(string? connection = "Host=db.example.com;Database=notion;Username=gateway;SSL Mode=VerifyFull") =>
    [
        .. Right,
        ("Gateway:OAuth:Store:Path", null),
        ("Gateway:OAuth:Store:Type", "PostgreSQL"),
        ("Gateway:OAuth:Store:ConnectionString", connection),
        ("Gateway:OAuth:Store:Password:Source", "File"),
        ("Gateway:OAuth:Store:Password:Path", "/run/secrets/db"),
    ];

    private static OAuthOptions Read(params (string Path, string? Value)[] changes)
    {
        var (settings, errors, _) = Configured.Read(changes);
        Assert.Empty(errors);
        return settings.OAuth;
    }

    private static IEnumerable<string> Errors(params (string Path, string? Value)[] changes) => Configured.Read(changes).Errors.Select(error => error.Path);
}
