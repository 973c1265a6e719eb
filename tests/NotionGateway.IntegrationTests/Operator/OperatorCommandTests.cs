using NotionGateway.Cli;
using NotionGateway.OAuth.Grants;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>The commands of operators, run against a running gateway.</summary>
public sealed class OperatorCommandTests
{
    private readonly FakeEnvironment _environment = new() { ["GATEWAY_OPERATOR_KEY"] = The.OperatorKey };
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    [Fact]
    public async Task A_link_is_printed_once_with_its_end()
    {
        await using var scene = await OperatorScene.StartAsync("crm/beta");

        Assert.Equal(ExitCode.Done, await RunAsync(scene, "connect", "new", "--app", "crm", "--name", "acme", "--expires", "1.00:00:00"));
        Assert.Matches(@"  https://connect\.example\.com/connect/[A-Za-z0-9]{43}\n", _output.ToString());
        Assert.Matches(@"until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", _output.ToString());
        Assert.DoesNotContain("reconnected", _output.ToString());

        Assert.Equal(ExitCode.Done, await RunAsync(scene, "connect", "new", "--app", "crm", "--name", "beta"));
        Assert.Contains("Grant 'crm/beta' already exists and will be reconnected.", _output.ToString());
        Assert.Equal(2, scene.Store.Links.Count);
    }

    [Fact]
    public async Task An_app_that_is_not_there_is_answered_with_those_that_are()
    {
        await using var scene = await OperatorScene.StartAsync();

        Assert.Equal(ExitCode.Failed, await RunAsync(scene, "connect", "new", "--app", "hr", "--name", "acme"));
        Assert.Contains("the apps are crm, sales", _error.ToString());
    }

    [Fact]
    public async Task All_grants_are_listed_however_many_pages_that_takes()
    {
        await using var scene = await OperatorScene.StartAsync([.. Enumerable.Range(0, 1001).Select(number => $"crm/grant{number:0000}"), "sales/acme"]);

        Assert.Equal(ExitCode.Done, await RunAsync(scene, "grants", "list"));

        var lines = _output.ToString().TrimEnd().Split('\n');
        Assert.Equal(1003, lines.Length);
        Assert.Matches("^NAME +STATE +WORKSPACE +OWNER +REFRESHED$", lines[0]);
        Assert.Matches("^crm/grant0000  active  Workspace of crm/grant0000  Ada Lovelace <ada@example.com>  2026-02-03 04:05:06Z$", lines[1]);
        Assert.StartsWith("sales/acme ", lines[^1]);
        Assert.Equal(2, scene.AuditLines().Count());
    }

    [Fact]
    public async Task Grants_of_one_app_come_as_JSON_too()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme", "sales/acme");

        Assert.Equal(ExitCode.Done, await RunAsync(scene, "grants", "list", "--app", "sales", "--json"));

        using var json = System.Text.Json.JsonDocument.Parse(_output.ToString());
        Assert.Equal("sales/acme", Assert.Single(json.RootElement.EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_workspace_cannot_steer_the_terminal_by_its_name()
    {
        await using var scene = await OperatorScene.StartAsync();
        await scene.Store.AddAsync(
            Some.Grant("crm/acme") with { WorkspaceName = "\u001b]0;owned\u0007", Owner = null, State = GrantState.Lost }, CancellationToken.None);

        Assert.Equal(ExitCode.Done, await RunAsync(scene, "grants", "list"));
        Assert.Equal(ExitCode.Done, await RunAsync(scene, "grants", "show", "crm/acme"));
        Assert.Equal(ExitCode.Done, await RunAsync(scene, "grants", "list", "--json"));

        Assert.DoesNotContain(_output.ToString(), character => character is '\u001b' or '\u0007');
        Assert.Contains("state         lost", _output.ToString());
        Assert.Contains("owner         -", _output.ToString());
    }

    [Fact]
    public async Task A_grant_is_renamed_deleted_and_revoked()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme", "crm/beta");

        Assert.Equal(ExitCode.Done, await RunAsync(scene, "grants", "rename", "crm/acme", "gamma"));
        Assert.Equal(ExitCode.Done, await RunAsync(scene, "grants", "delete", "crm/gamma", "--yes"));
        Assert.Equal(ExitCode.Done, await RunAsync(scene, "grants", "revoke", "crm/beta", "--yes"));
        Assert.Equal(ExitCode.Failed, await RunAsync(scene, "grants", "show", "crm/beta"));

        Assert.Contains("crm/acme is now crm/gamma.", _output.ToString());
        Assert.Contains("crm/gamma is deleted here, but not revoked at Notion", _output.ToString());
        Assert.Contains("crm/beta is revoked at Notion and deleted here.", _output.ToString());
        Assert.Contains("There is no grant with this name.", _error.ToString());
        Assert.Equal(["crm/beta"], scene.World.Revoked.Select(name => name.Value));
    }

    [Fact]
    public async Task Nothing_is_revoked_without_a_yes()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");

        Assert.Equal(ExitCode.Misconfigured, await RunAsync(scene, "grants", "revoke", "crm/acme"));
        Assert.Contains("add --yes", _error.ToString());

        Assert.Empty(scene.AuditLines());
        Assert.Single(scene.Store.Grants);
    }

    [Theory]
    [InlineData("the operator listener, wrong key", The.Key, "rejects the operator key (invalid_key)")]
    [InlineData("the data listener", The.OperatorKey, "that this is the operator listener")]
    [InlineData("the management listener", The.OperatorKey, "is not the operator listener")]
    public async Task A_wrong_key_and_a_wrong_address_are_told_apart(string where, string key, string what)
    {
        await using var scene = await OperatorScene.StartAsync();
        _environment["GATEWAY_OPERATOR_KEY"] = key;
        var address = where.Contains("data") ? scene.Gateway.Data : where.Contains("management") ? scene.Gateway.Management : scene.Gateway.Operator;

        Assert.Equal(ExitCode.Failed, await GatewayCommands.InvokeAsync(["grants", "list", "--url", address.AbsoluteUri], _environment, _output, _error));

        Assert.Contains(what, _error.ToString());
        Assert.DoesNotContain(key, _error.ToString());
    }

    [Fact]
    public async Task A_redirect_is_not_followed_with_the_key()
    {
        await using var elsewhere = new RecordingUpstream();
        await using var wrong = new RecordingUpstream
        {
            Answer = _ => RawResponse.Raw($"HTTP/1.1 307 Temporary Redirect\r\nLocation: {elsewhere.Address}operator/v1/grants\r\nContent-Length: 0\r\n\r\n"),
        };

        Assert.Equal(
            ExitCode.Failed,
            await GatewayCommands.InvokeAsync(["grants", "list", "--url", wrong.Address.GetLeftPart(UriPartial.Authority)], _environment, _output, _error));

        Assert.Empty(elsewhere.Requests);
        Assert.Contains("is not the operator listener", _error.ToString());
    }

    private Task<int> RunAsync(OperatorScene scene, params string[] command) =>
        GatewayCommands.InvokeAsync([.. command, "--url", scene.Gateway.Operator.GetLeftPart(UriPartial.Authority)], _environment, _output, _error);
}
