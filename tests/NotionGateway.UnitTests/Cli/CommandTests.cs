using NotionGateway.Cli;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Cli;

public sealed class CommandTests
{
    private readonly FakeEnvironment _environment = new() { ["NOTION_TOKEN"] = The.NotionToken, ["GATEWAY_KEY"] = The.Key };
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task A_new_key_is_shown_once_with_its_hash()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("key", "new", "crm"));
        var key = _output.ToString().Split('\n').Select(line => line.Trim()).Single(line => line.StartsWith("ngw_"));
        Assert.Matches("^ngw_[A-Za-z0-9]{43}$", key);
        Assert.Contains(KeyDigest.Of(key).ToString(), _output.ToString());
        Assert.Contains("Gateway__Access__Callers__crm__KeyHashes__0=sha256:", _output.ToString());
    }

    [Fact]
    public async Task A_key_for_an_operator_is_configured_elsewhere()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("key", "new", "ada", "--operator"));
        Assert.Contains("Gateway__Operator__KeyHashes__0=sha256:", _output.ToString());
        Assert.Contains("GATEWAY_OPERATOR_KEY", _output.ToString());
        Assert.DoesNotContain("Callers", _output.ToString());
    }

    [Fact]
    public async Task A_key_needs_a_name_that_can_be_configured()
    {
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("key", "new", "CRM Two"));
        Assert.Contains("is not a valid name", _error.ToString());
    }

    [Fact]
    public async Task Check_prints_what_the_configuration_comes_to()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("check"));
        Assert.Contains("caller      default: permissions all; credential default", _output.ToString());
        Assert.Contains("credential  default: from Environment (NOTION_TOKEN), plan Standard", _output.ToString());
        Assert.Contains("upstream    https://api.notion.com", _output.ToString());
    }

    [Fact]
    public async Task Check_prints_the_listeners_that_are_open()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("check"));
        Assert.Equal(["Data", "Management"], Listeners());

        _environment["Gateway__OAuth__Apps__crm__ClientId"] = "client";
        _environment["Gateway__OAuth__Apps__crm__ClientSecret__Source"] = "Environment";
        _environment["Gateway__OAuth__Apps__crm__ClientSecret__Variable"] = "SECRET";
        _environment["Gateway__OAuth__PublicUrl"] = "https://connect.example.com";
        _environment["Gateway__OAuth__Store__Path"] = "/data/grants.db";
        _environment["Gateway__OAuth__EncryptionKey__Source"] = "Environment";
        _environment["Gateway__OAuth__EncryptionKey__Variable"] = "KEY";
        _environment["Gateway__Operator__KeyHashes__0"] = KeyDigest.Of(The.OperatorKey).ToString();
        _output.GetStringBuilder().Clear();
        Assert.Equal(ExitCode.Done, await RunAsync("check"));
        Assert.Equal(["Data", "Management", "Operator", "Connect"], Listeners());
        Assert.Contains("http://127.0.0.1:8082", _output.ToString());

        IEnumerable<string> Listeners() =>
            _output.ToString().Split('\n').Where(line => line.Contains(" listens ")).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    [Theory]
    [InlineData(null, null, "credential default")]
    [InlineData("crm", null, "credential default, or crm")]
    [InlineData("connected/acme", "connected/*", "credential connected/acme, connected/* on request")]
    public async Task Check_prints_the_credentials_of_a_caller(string? first, string? second, string expected)
    {
        _environment["OTHER_TOKEN"] = The.OtherToken;
        _environment["Gateway__Credentials__default__Source"] = "Environment";
        _environment["Gateway__Credentials__default__Variable"] = "NOTION_TOKEN";
        _environment["Gateway__Credentials__crm__Source"] = "Environment";
        _environment["Gateway__Credentials__crm__Variable"] = "OTHER_TOKEN";
        _environment["Gateway__OAuth__Apps__connected__ClientId"] = "client";
        _environment["Gateway__OAuth__Apps__connected__ClientSecret__Source"] = "Environment";
        _environment["Gateway__OAuth__Apps__connected__ClientSecret__Variable"] = "SECRET";
        _environment["Gateway__OAuth__PublicUrl"] = "https://connect.example.com";
        _environment["Gateway__OAuth__Store__Path"] = "/data/grants.db";
        _environment["Gateway__OAuth__EncryptionKey__Source"] = "Environment";
        _environment["Gateway__OAuth__EncryptionKey__Variable"] = "KEY";
        var key = "Gateway__Access__Callers__default__Credentials__";
        foreach (var (place, name) in new[] { first, second }.Index())
        {
            if (name is not null)
            {
                _environment[key + place] = name;
            }
        }

        Assert.Equal(ExitCode.Done, await RunAsync("check"));
        Assert.Contains($"caller      default: permissions all; {expected}{Environment.NewLine}", _output.ToString());
    }

    [Fact]
    public async Task Check_prints_every_error()
    {
        _environment["GATEWAY_KEY"] = "short";
        _environment["Gateway__DrainDelay"] = "5";
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("check"));
        Assert.Contains("The configuration has 2 errors:", _error.ToString());
        Assert.Contains("Gateway:DrainDelay: write a duration", _error.ToString());
    }

    [Theory]
    [InlineData("GET", "/v1/pages/abc", ExitCode.Done, "allowed")]
    [InlineData("POST", "/v1/pages", ExitCode.Failed, "403 not_permitted")]
    [InlineData("GET", "/v1/nothing", ExitCode.Failed, "400 unknown_operation")]
    [InlineData("GET", "/v1/users/../x", ExitCode.Failed, "400 malformed_target")]
    [InlineData("PUT", "/v1/users", ExitCode.Failed, "405 method_not_allowed")]
    public async Task Explain_tells_the_decision_and_why(string method, string path, int exitCode, string decision)
    {
        _environment["Gateway__Access__Callers__default__Permissions__0"] = "read";
        Assert.Equal(exitCode, await RunAsync("explain", "--caller", "default", method, path));
        Assert.Contains($"decision    {decision}", _output.ToString());
    }

    [Fact]
    public async Task Explain_says_what_would_be_changed_and_does_not_repeat_it()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("explain", "--caller", "default", "GET", $"/v1/users?token={The.OtherToken}"));
        Assert.Contains("credentials are removed from the query", _output.ToString());
        Assert.DoesNotContain(The.OtherToken, _output.ToString());
    }

    [Fact]
    public async Task Explain_says_only_what_applies()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("explain", "--caller", "default", "GET", "//v1/users/me"));
        Assert.Contains("target      is read with a single leading slash", _output.ToString());
        Assert.DoesNotContain("query", _output.ToString());
    }

    [Fact]
    public async Task Explain_says_nothing_of_a_target_that_goes_on_as_it_is()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("explain", "--caller", "default", "GET", "/v1/users?page_size=3"));
        Assert.DoesNotContain("target ", _output.ToString());
    }

    [Fact]
    public async Task Explain_does_not_say_that_a_credential_is_taken_out_where_it_is_rejected()
    {
        _environment["Gateway__Access__QueryTokens__Action"] = "Reject";
        Assert.Equal(ExitCode.Failed, await RunAsync("explain", "--caller", "default", "GET", "/v1/users?token=x"));
        Assert.Contains("decision    400 query_token_rejected", _output.ToString());
        Assert.DoesNotContain("are removed from the query", _output.ToString());
    }

    [Fact]
    public async Task Explain_knows_only_callers_that_there_are()
    {
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("explain", "--caller", "nobody", "GET", "/v1/users"));
        Assert.Contains("There is no caller 'nobody'; the callers are default.", _error.ToString());
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_the_only_error()
    {
        _environment["GATEWAY_KEY"] = null;
        _environment["NOTION_TOKEN"] = null;

        Assert.Equal(ExitCode.Misconfigured, await RunAsync("check", "--config", "nope.json"));

        Assert.StartsWith("The configuration has an error:", _error.ToString());
        Assert.Contains("nope.json: there is no such file", _error.ToString());
        Assert.DoesNotContain("Callers", _error.ToString());
    }

    [Fact]
    public async Task Healthcheck_asks_for_liveness_where_it_is_told_to()
    {
        _environment["Kestrel__Endpoints__Management__Url"] = "http://127.0.0.1:1";
        Assert.Equal(ExitCode.Failed, await RunAsync("healthcheck", "--live"));
        Assert.Contains("no response from http://127.0.0.1:1/livez", _error.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task Standard_input_without_a_key_is_an_error_and_nothing_is_sent(string input)
    {
        Assert.Equal(ExitCode.Misconfigured, await GatewayCommands.InvokeAsync(
            ["status", "--key-stdin", "--url", "http://127.0.0.1:1"], _environment, _output, _error, new Terminal(new StringReader(input), HasPerson: false)));
        Assert.Contains("--key-stdin", _error.ToString());
    }

    [Fact]
    public async Task Healthcheck_says_when_nobody_answers()
    {
        _environment["Kestrel__Endpoints__Management__Url"] = "http://127.0.0.1:1";
        Assert.Equal(ExitCode.Failed, await RunAsync("healthcheck"));
        Assert.Contains("no response from http://127.0.0.1:1/readyz", _error.ToString());
    }

    [Theory]
    [InlineData("connect", "new", "--app", "crm", "--name", "acme")]
    [InlineData("grants", "list")]
    [InlineData("grants", "show", "crm/acme")]
    [InlineData("grants", "delete", "crm/acme", "--yes")]
    public async Task Commands_of_operators_say_when_there_is_no_key_no_listener_and_no_gateway(params string[] command)
    {
        Assert.Equal(ExitCode.Misconfigured, await RunAsync(command));
        Assert.Contains("Set GATEWAY_OPERATOR_KEY", _error.ToString());

        _environment["GATEWAY_OPERATOR_KEY"] = The.OperatorKey;
        Assert.Equal(ExitCode.Misconfigured, await RunAsync(command));
        Assert.Contains("The operator listener is disabled", _error.ToString());

        Assert.Equal(ExitCode.Failed, await RunAsync([.. command, "--url", "http://127.0.0.1:1"]));
        Assert.Contains("No response from http://127.0.0.1:1. Check that the gateway is running", _error.ToString());
        Assert.DoesNotContain(The.OperatorKey, _error.ToString() + _output);
    }

    [Theory]
    [InlineData("connect", "new", "--app", "CRM", "--name", "acme")]
    [InlineData("connect", "new", "--app", "crm", "--name", "a/b")]
    [InlineData("connect", "new", "--app", "crm")]
    [InlineData("grants", "list", "--app", "../x")]
    [InlineData("grants", "show", "acme")]
    [InlineData("grants", "show", "crm/../acme")]
    [InlineData("grants", "rename", "crm/acme", "Other")]
    [InlineData("grants", "rename", "crm/acme")]
    [InlineData("grants", "delete", "crm/a%2fb", "--yes")]
    [InlineData("grants", "revoke", "crm/acme")]
    public async Task A_command_that_is_wrong_sends_nothing(params string[] command)
    {
        _environment["GATEWAY_OPERATOR_KEY"] = The.OperatorKey;

        // No server listens there: a request that was sent would fail in another way.
        Assert.Equal(ExitCode.Misconfigured, await RunAsync([.. command, "--url", "http://127.0.0.1:1"]));
        Assert.DoesNotContain("No response", _error.ToString());
        Assert.NotEqual("", _error.ToString());
    }

    [Theory]
    [InlineData("n", "Nothing was changed")]
    [InlineData("", "Nothing was changed")]
    [InlineData("y", "No response from")]
    public async Task What_cannot_be_undone_asks_whoever_sits_at_the_terminal(string response, string what)
    {
        _environment["GATEWAY_OPERATOR_KEY"] = The.OperatorKey;

        Assert.Equal(ExitCode.Failed, await GatewayCommands.InvokeAsync(
            ["grants", "revoke", "crm/acme", "--url", "http://127.0.0.1:1"], _environment, _output, _error,
            new Terminal(new StringReader(response + "\n"), HasPerson: true)));
        Assert.Contains("Revoke crm/acme?", _error.ToString());
        Assert.Contains(what, _error.ToString());
    }

    [Fact]
    public async Task Made_up_callers_are_for_the_sandbox_only()
    {
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("--busy"));
        Assert.Contains("only with --sandbox", _error.ToString());
    }

    [Fact]
    public async Task Help_fits_on_a_screen()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("--help"));
        Assert.InRange(_output.ToString().TrimEnd().Split('\n').Length, 5, 24);
    }

    [Theory]
    [InlineData("explain --caller default", "notion-gateway explain --caller default GET /v1/users/me")]
    [InlineData("explain --caller default GET", "notion-gateway explain --caller default GET /v1/users/me")]
    [InlineData("explain --token-file token GET", "notion-gateway explain --token-file FILE GET /v1/users/me")]
    public async Task Explain_without_a_path_says_what_to_type(string command, string example)
    {
        Assert.Equal(ExitCode.Misconfigured, await RunAsync(command.Split(' ')));
        Assert.EndsWith($"for example: {example}", _error.ToString().TrimEnd());
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("--bogus")]
    [InlineData("key")]
    [InlineData("key", "new")]
    [InlineData("key", "new", "crm", "reporting")]
    [InlineData("check", "--prob")]
    [InlineData("check", "--config")]
    [InlineData("explain", "GET", "/v1/users")]
    [InlineData("explain", "--caller", "default", "GET")]
    [InlineData("connect")]
    [InlineData("connect", "new", "--app", "crm")]
    [InlineData("grants")]
    [InlineData("grants", "list", "--app", "../x")]
    [InlineData("grants", "show", "acme")]
    [InlineData("grants", "revoke", "crm/acme")]
    [InlineData("healthcheck", "now")]
    public async Task A_wrong_command_line_exits_with_2(params string[] command)
    {
        _environment["GATEWAY_OPERATOR_KEY"] = The.OperatorKey;
        Assert.Equal(ExitCode.Misconfigured, await RunAsync(command));
        Assert.NotEqual("", _error.ToString());
    }

    [Theory]
    [InlineData("30d")]
    [InlineData("8.00:00:00")]
    [InlineData("00:00:59")]
    [InlineData("3600")]
    public async Task A_wrong_time_is_named_as_it_was_typed_and_nothing_is_sent(string time)
    {
        _environment["GATEWAY_OPERATOR_KEY"] = The.OperatorKey;
        Assert.Equal(
            ExitCode.Misconfigured, await RunAsync("connect", "new", "--app", "crm", "--name", "acme", "--expires", time, "--url", "http://127.0.0.1:1"));
        Assert.Equal("--expires: write a duration as hh:mm:ss or d.hh:mm:ss, from 00:01:00 to 7.00:00:00.", _error.ToString().Trim());
    }

    [Fact]
    public async Task Check_finds_wrong_variables_of_telemetry()
    {
        _environment["OTEL_EXPORTER_OTLP_HEADERS"] = "abc";
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("check"));
        Assert.Contains("OTEL_EXPORTER_OTLP_HEADERS: write name=value pairs", _error.ToString());
    }

    private Task<int> RunAsync(params string[] args) => GatewayCommands.InvokeAsync(args, _environment, _output, _error);
}
