using NotionGateway.Hosting;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Hosting.Listeners;

public sealed class ListenerRulesTests
{
    private const string KeyHash = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private static readonly (string, string?) Operators = ("Gateway:Operator:KeyHashes:0", KeyHash);

    private static readonly (string, string?)[] App =
    [
        ("Gateway:OAuth:Apps:crm:ClientId", "client"), ("Gateway:OAuth:Apps:crm:ClientSecret:Source", "Environment"),
        ("Gateway:OAuth:Apps:crm:ClientSecret:Variable", "SECRET"),
        ("Gateway:OAuth:PublicUrl", "https://connect.example.com"), ("Gateway:OAuth:Store:Path", "/data/grants.db"),
        ("Gateway:OAuth:EncryptionKey:Source", "Environment"), ("Gateway:OAuth:EncryptionKey:Variable", "KEY"),
    ];

    [Fact]
    public void Without_operators_and_apps_two_listeners_are_open() =>
        Assert.Equal([Listener.Data, Listener.Management], ListenerRules.Open(Configured.From()));

    [Fact]
    public void Operators_apps_and_webhooks_open_theirs()
    {
        (string, string?)[] webhook =
        [
            ("Gateway:Webhooks:site:Credentials:0", "default"), ("Gateway:Webhooks:site:Token:Source", "Environment"),
            ("Gateway:Webhooks:site:Token:Variable", "WEBHOOK"),
        ];
        var configuration = Configured.From([Operators, .. App, .. webhook]);

        Assert.Equal(Listener.All, ListenerRules.Open(configuration));
        Assert.Equal("http://127.0.0.1:8082", ListenerRules.UrlOf(configuration, Listener.Operator));
        Assert.Equal("http://*:8083", ListenerRules.UrlOf(configuration, Listener.Connect));
        Assert.Equal(new Uri("http://127.0.0.1:8083"), ListenerRules.LocalAddress(configuration, Listener.Connect));
        Assert.Equal("http://*:8085", ListenerRules.UrlOf(configuration, Listener.Webhooks));
        Assert.Empty(Configured.Read([Operators, .. App, .. webhook]).Errors);
    }

    [Theory]
    [InlineData("http://127.0.0.1:9000")]
    [InlineData("https://*:9443")]
    public void An_address_that_is_configured_wins(string url)
    {
        var configuration = Configured.From([Operators, .. App, ("Kestrel:Endpoints:Operator:Url", url)]);

        Assert.Equal(url, ListenerRules.UrlOf(configuration, Listener.Operator));
        Assert.DoesNotContain(ListenerRules.Defaults(configuration), pair => pair.Key.Contains("Operator"));
    }

    [Theory]
    [InlineData("Management", "Http2", true)]
    [InlineData("Management", "Http1AndHttp2", true)]
    [InlineData("Management", "http1", false)]
    [InlineData("Data", "Http2", false)]
    public void Only_the_data_listener_speaks_HTTP_2(string listener, string protocols, bool isError)
    {
        var errors = Configured.Read(($"Kestrel:Endpoints:{listener}:Protocols", protocols)).Errors;

        Assert.Equal(isError ? [$"Kestrel:Endpoints:{listener}:Protocols"] : [], errors.Select(error => error.Path));
    }

    [Theory]
    [InlineData("Operator", "Gateway:Operator:KeyHashes")]
    [InlineData("Connect", "Gateway:OAuth:Apps")]
    public void An_address_for_a_listener_that_is_off_is_an_error_that_says_what_opens_it(string listener, string opens)
    {
        var error = Assert.Single(Configured.Read(($"Kestrel:Endpoints:{listener}:Url", "http://*:9999")).Errors);

        Assert.Equal($"Kestrel:Endpoints:{listener}", error.Path);
        Assert.Contains(opens, error.Message);
    }

    [Fact]
    public void An_address_in_any_case_of_a_listener_that_is_off_is_one_too() =>
        Assert.Contains(Configured.Read(("Kestrel:Endpoints:OPERATOR:Url", "http://*:9999")).Errors, error => error.Message.Contains("disabled listener"));

    [Fact]
    public void Operators_open_theirs_without_an_app()
    {
        Assert.Empty(Configured.Read(Operators).Errors);
        Assert.True(ListenerRules.IsOpen(Configured.From(Operators), Listener.Operator));
    }

    [Theory]
    [InlineData("Kestrel:Endpoints:Data:Url", "http://*:8082", "Kestrel:Endpoints:Operator:Url")]
    [InlineData("Kestrel:Endpoints:Management:Url", "http://*:8083", "Kestrel:Endpoints:Connect:Url")]
    [InlineData("Kestrel:Endpoints:Operator:Url", "http://127.0.0.1:8080", "Kestrel:Endpoints:Operator:Url")]
    [InlineData("Kestrel:Endpoints:Connect:Url", "http://*:8082", "Kestrel:Endpoints:Connect:Url")]
    public void Two_listeners_never_share_a_port_not_even_one_that_nobody_wrote(string path, string url, string where) =>
        Assert.Contains(Configured.Read([Operators, .. App, (path, url)]).Errors, error => error.Path == where && error.Message.Contains("same port"));

    [Fact]
    public void An_address_that_is_none_says_how_one_is_written() =>
        Assert.Contains(
            Configured.Read([Operators, .. App, ("Kestrel:Endpoints:Operator:Url", "8082")]).Errors, error => error.Message.Contains("http://127.0.0.1:8082"));

    [Fact]
    public void A_default_stands_in_the_configuration_as_if_it_had_been_written()
    {
        var environment = new FakeEnvironment { ["Gateway__Operator__KeyHashes__0"] = KeyHash, ["Gateway__OAuth__Apps__crm__ClientId"] = "client" };
        var implicitly = new SettingsSource(environment).Load(new SettingErrors());
        environment["Kestrel__Endpoints__Operator__Url"] = "http://127.0.0.1:8082";
        var explicitly = new SettingsSource(environment).Load(new SettingErrors());

        Assert.Equal("http://127.0.0.1:8082", implicitly["Kestrel:Endpoints:Operator:Url"]);
        Assert.Equal("http://*:8083", implicitly["Kestrel:Endpoints:Connect:Url"]);
        Assert.Equal(Kestrel(explicitly), Kestrel(implicitly));
        Assert.Null(new SettingsSource(new FakeEnvironment()).Load(new SettingErrors())["Kestrel:Endpoints:Operator:Url"]);
    }

    private static List<string> Kestrel(Microsoft.Extensions.Configuration.IConfiguration configuration) =>
        [.. Microsoft.Extensions.Configuration.ConfigurationExtensions.AsEnumerable(configuration).Where(pair => pair.Key.StartsWith("Kestrel"))
            .Select(pair => $"{pair.Key}={pair.Value}").Order()];
}
