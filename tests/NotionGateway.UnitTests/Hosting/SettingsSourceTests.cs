using NotionGateway.Hosting;
using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Hosting;

public sealed class SettingsSourceTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly FakeEnvironment _environment = new();
    private readonly SettingErrors _errors = new();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_shipped_file_is_found_wherever_the_program_is_started_from()
    {
        // This value is in the shipped file and nowhere else.
        var configuration = new SettingsSource(_environment).Load(_errors);
        Assert.Equal("http://*:8081", configuration["Kestrel:Endpoints:Management:Url"]);
        Assert.Empty(_errors.All);
    }

    [Fact]
    public void A_file_wins_over_what_is_shipped_and_the_environment_over_both()
    {
        File.WriteAllText(_file, """{ "Gateway": { "DrainDelay": "00:00:01", "ShutdownTimeout": "00:00:02" } }""");
        _environment["Gateway__ShutdownTimeout"] = "00:00:03";

        var configuration = new SettingsSource(_environment, _file).Load(_errors);

        Assert.Equal("00:00:01", configuration["Gateway:DrainDelay"]);
        Assert.Equal("00:00:03", configuration["Gateway:ShutdownTimeout"]);
    }

    [Fact]
    public void A_file_that_is_not_there_or_not_JSON_is_an_error_that_says_where()
    {
        File.WriteAllText(_file, "{\n  \"Gateway\": {\n    \"Secret\": \"ntn_quoted\" oops\n");
        new SettingsSource(_environment, _file).Load(_errors);
        new SettingsSource(_environment, _file + ".missing").Load(_errors);

        Assert.Equal(2, _errors.All.Count);
        Assert.Equal($"{_file}: is not JSON: look at line 3", _errors.All[0].ToString());
        Assert.Equal($"{_file}.missing: there is no such file", _errors.All[1].ToString());
    }

    [Fact]
    public void A_variable_names_the_file_where_the_command_line_names_none()
    {
        File.WriteAllText(_file, """{ "Gateway": { "DrainDelay": "00:00:01" } }""");
        _environment["GATEWAY_CONFIG"] = _file;

        Assert.Equal("00:00:01", new SettingsSource(_environment).Load(_errors)["Gateway:DrainDelay"]);
        Assert.Empty(_errors.All);

        new SettingsSource(_environment, _file + ".other").Load(_errors);
        Assert.Equal($"{_file}.other: there is no such file", Assert.Single(_errors.All).ToString());
    }

    [Theory]
    [InlineData("""{ "Gatway": { "DrainDelay": "00:00:01" } }""", "'Gatway'")]
    [InlineData("""{ "image": { "tag": "1" }, "config": {}, "gateway": {} }""", "'config', 'image'")]
    [InlineData("""{ "AllowedHosts": "*", "Logging": {}, "Kestrel": {}, "Gateway": {} }""", "'AllowedHosts'")]
    public void A_file_with_anything_else_at_its_root_is_an_error_that_names_it(string content, string named)
    {
        File.WriteAllText(_file, content);
        new SettingsSource(_environment, _file).Load(_errors);

        Assert.Equal($"{_file}: has {named} at its root, which the gateway does not read; a settings file may contain only Gateway, Kestrel, Logging there",
            Assert.Single(_errors.All).ToString());
    }

    [Fact]
    public void The_file_of_an_environment_is_held_to_the_same()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "appsettings.WithAMisspelling.json");
        File.WriteAllText(file, """{ "Gateways": {} }""");
        try
        {
            _environment["ASPNETCORE_ENVIRONMENT"] = "WithAMisspelling";
            new SettingsSource(_environment).Load(_errors);
            Assert.Contains("'Gateways'", Assert.Single(_errors.All).Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void The_fingerprint_follows_the_content()
    {
        var source = new SettingsSource(_environment, _file);
        File.WriteAllText(_file, "{}");
        var before = source.Fingerprint();
        Assert.Equal(before, source.Fingerprint());
        File.WriteAllText(_file, "{ }");
        Assert.NotEqual(before, source.Fingerprint());
    }
}
