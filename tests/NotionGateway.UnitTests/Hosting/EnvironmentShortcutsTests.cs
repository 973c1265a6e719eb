using NotionGateway.Hosting;
using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Hosting;

public sealed class EnvironmentShortcutsTests
{
    private readonly FakeEnvironment _environment = new();
    private readonly SettingErrors _errors = new();

    [Fact]
    public void Two_variables_are_a_whole_configuration()
    {
        _environment["NOTION_TOKEN"] = The.NotionToken;
        _environment["GATEWAY_KEY"] = The.Key;

        var settings = Load();

        Assert.Empty(_errors.All);
        Assert.Equal(
            "NOTION_TOKEN", Assert.IsType<NotionGateway.Credentials.Sources.EnvironmentSecret>(Assert.Single(settings.Credentials.All).Place).Variable);
        var caller = Assert.Single(settings.Access.Callers);
        Assert.Equal("default", caller.Name);
        Assert.Equal("all", caller.Permissions.ToString());
    }

    [Fact]
    public void They_add_to_what_is_configured_of_those_names()
    {
        _environment["NOTION_TOKEN"] = The.NotionToken;
        _environment["GATEWAY_KEY"] = The.Key;
        _environment["Gateway__Credentials__default__Plan"] = "Business";
        _environment["Gateway__Access__Callers__default__Permissions__0"] = "read_content";
        _environment["Gateway__Access__Callers__default__KeyHashes__0"] = KeyDigest.Of(The.OtherKey).ToString();

        var settings = Load();

        Assert.Empty(_errors.All);
        Assert.Equal("Business", Assert.Single(settings.Credentials.All).Plan);
        var caller = Assert.Single(settings.Access.Callers);
        Assert.Equal("read_content", caller.Permissions.ToString());
        Assert.Equal(2, caller.Keys.Count);
    }

    [Fact]
    public void A_source_that_is_configured_wins_over_the_variable()
    {
        _environment["NOTION_TOKEN"] = The.NotionToken;
        _environment["GATEWAY_KEY"] = The.Key;
        _environment["Gateway__Credentials__default__Source"] = "File";
        _environment["Gateway__Credentials__default__Path"] = "/run/secrets/notion";

        Assert.Equal("File", Assert.Single(Load().Credentials.All).Source);
        Assert.Empty(_errors.All);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("0123456789012345678901234567890")]
    [InlineData(The.NotionToken)]
    public void A_key_that_is_no_good_is_an_error_that_does_not_repeat_it(string key)
    {
        _environment["NOTION_TOKEN"] = The.OtherToken;
        _environment["GATEWAY_KEY"] = key;

        Load();

        var error = Assert.Single(_errors.All); // That no callers are configured follows from it, and is not told.
        Assert.Equal("GATEWAY_KEY", error.Path);
        Assert.DoesNotContain(key, error.Message);
    }

    private GatewaySettings Load() => GatewaySettings.Read(new SettingsSource(_environment), _errors).Settings;
}
