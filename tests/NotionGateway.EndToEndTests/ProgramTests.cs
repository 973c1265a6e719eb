using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests;

/// <summary>The program as its user meets it: started, called, stopped.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task In_the_sandbox_every_credential_of_the_configuration_works_and_no_real_one_is_read()
    {
        await using var program = await RunningProgram.StartAsync(
            ["--sandbox"],
            ("GATEWAY_KEY", The.Key),
            ("Gateway__Access__Callers__default__Credential", "vaulted"),
            ("Gateway__Credentials__vaulted__Source", "KeyVault"),
            ("Gateway__Credentials__vaulted__VaultUri", "https://no-such-vault.invalid/"),
            ("Gateway__Credentials__vaulted__SecretName", "notion"),
            ("Gateway__Credentials__mounted__Source", "File"),
            ("Gateway__Credentials__mounted__Path", "/no/such/file"));
        using var client = new HttpClient { BaseAddress = program.Data, DefaultRequestHeaders = { { "Authorization", $"Bearer {The.Key}" } } };

        Assert.Contains("\"name\":\"vaulted\"", await client.GetStringAsync("/v1/users/me"));
        Assert.DoesNotContain("CredentialSourceFailed", program.Output);
    }

    [Fact]
    public async Task It_is_healthy_while_it_runs_and_leaves_when_told()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"]);
        (string, string) management = ("Kestrel__Endpoints__Management__Url", program.Management.ToString().TrimEnd('/'));

        var (whileRunning, ready) = await RunningProgram.RunAsync(Published.Program, ["healthcheck"], management);
        program.Terminate();
        var exitCode = await program.ExitCodeAsync();
        var (afterwards, gone) = await RunningProgram.RunAsync(Published.Program, ["healthcheck"], management);

        Assert.Equal((0, 0, 1), (whileRunning, exitCode, afterwards));
        Assert.Contains("ready", ready);
        Assert.Contains("no response", gone);
        Assert.Contains("Draining", program.Output);
    }

    [Fact]
    public async Task Without_a_configuration_it_says_what_it_needs()
    {
        var (exitCode, output) = await RunningProgram.RunAsync(Published.Program, []);
        Assert.Equal(2, exitCode);
        Assert.Contains("set NOTION_TOKEN", output);
        Assert.Contains("set GATEWAY_KEY", output);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said_in_one_line_with_its_listener_alone()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"]);
        var (exitCode, output) = await RunningProgram.RunAsync(
            Published.Program,
            [],
            ("NOTION_TOKEN", The.NotionToken), ("GATEWAY_KEY", The.Key), ("Kestrel__Endpoints__Data__Url", program.Data.ToString()),
            ("Kestrel__Endpoints__Management__Url", "http://127.0.0.1:0"));
        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"The gateway cannot start: the listener Data cannot listen on {program.Data}: the port is already in use. " +
            "Free it, or change Kestrel:Endpoints:Data:Url.",
            output.Trim());
    }

    [Fact]
    public async Task An_address_that_the_machine_does_not_have_is_said_in_one_line_with_its_listener_alone()
    {
        var (exitCode, output) = await RunningProgram.RunAsync(
            Published.Program,
            [],
            ("NOTION_TOKEN", The.NotionToken), ("GATEWAY_KEY", The.Key), ("Kestrel__Endpoints__Data__Url", "http://127.0.0.1:0"),
            ("Kestrel__Endpoints__Management__Url", "http://192.0.2.1:8081"));
        Assert.Equal(1, exitCode);

        // On a busy machine it may have said before that it could not reach Notion.
        Assert.EndsWith(
            "The gateway cannot start: the listener Management cannot listen on http://192.0.2.1:8081: this machine does not have the address. Free it, or " +
            "change Kestrel:Endpoints:Management:Url.",
            output.Trim());
        Assert.DoesNotContain("listener Data", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_variable_of_telemetry_is_a_start_error()
    {
        var (exitCode, output) = await RunningProgram.RunAsync(
            Published.Program,
            [],
            ("NOTION_TOKEN", The.NotionToken), ("GATEWAY_KEY", The.Key), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "abc"));
        Assert.Equal(2, exitCode);
        Assert.Contains("OTEL_EXPORTER_OTLP_HEADERS: write name=value pairs", output);
        Assert.DoesNotContain("   at ", output);
    }

    [Fact]
    public async Task Check_with_a_probe_tells_a_living_token_from_a_dead_one()
    {
        await using var sandbox = await NotionSandbox.SandboxServer.StartAsync();
        (string, string)[] environment =
        [
            ("NOTION_TOKEN", sandbox.Connections["demo"].Token), ("DEAD", The.NotionToken), ("GATEWAY_KEY", The.Key),
            ("Gateway__Forwarding__Upstream", sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)), ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
            ("Gateway__Credentials__old__Source", "Environment"), ("Gateway__Credentials__old__Variable", "DEAD"),
        ];

        var (exitCode, output) = await RunningProgram.RunAsync(Published.Program, ["check", "--probe"], environment);

        Assert.Equal(1, exitCode);
        Assert.Contains("probe       default: Notion accepts the token (bot b07b0001-0000-4000-8000-000000000001", output);
        Assert.Contains("probe       old: Notion rejects the token (401)", output);
        Assert.DoesNotContain(The.NotionToken, output);
    }

    [Fact]
    public async Task A_log_line_is_one_line_without_what_callers_send()
    {
        await using var program = await RunningProgram.StartAsync(["--sandbox"]);
        using var client = new HttpClient { BaseAddress = program.Data };
        var response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/users?start_cursor=SeenByNobody")
        {
            Headers = { { "User-Agent", "SeenByNobody" }, { "Authorization", $"Bearer {The.NotionToken}" } },
        });
        program.Terminate();
        await program.ExitCodeAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Contains("notion_token_presented", program.Output);
        Assert.DoesNotContain("SeenByNobody", program.Output);
        Assert.DoesNotContain(The.NotionToken, program.Output);
        Assert.All(program.Output.Split('\n').Where(line => line.Contains("Denial")),
            line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warn Denial: ", line));
    }
}
