using NotionGateway.Cli;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>
/// Promise 10: bad configuration stops the start, with every error at once and no secret in any of them. (The table of
/// what can be wrong is in the unit tests; that a bad reload is refused is tested under load.)
/// </summary>
public sealed class P10_Bad_configuration_stops_the_start
{
    [Fact]
    public async Task The_program_says_all_that_is_wrong_and_does_not_run()
    {
        var environment = new FakeEnvironment
        {
            ["NOTION_TOKEN"] = The.NotionToken,
            ["GATEWAY_KEY"] = "too-short",
            ["Gateway__Access__Callers__crm__KeyHashes__0"] = The.OtherKey,
            ["Gateway__Access__Callers__crm__Permissions__0"] = "everything",
            ["Gateway__Forwarding__Upstream"] = "http://api.notion.com",
            ["Gateway__Forwarding__TotalTimeout"] = "90",
            ["Gateway__Typo"] = The.OtherToken,
        };
        var (output, error) = (new StringWriter(), new StringWriter());

        var exitCode = await GatewayCommands.InvokeAsync([], environment, output, error);

        Assert.Equal(ExitCode.Misconfigured, exitCode);
        Assert.Empty(output.ToString());
        var lines = error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("The configuration has 7 errors:", lines[0]);
        Assert.Equal(
            [
                "GATEWAY_KEY", "Gateway:Access:Callers:crm:KeyHashes", "Gateway:Access:Callers:crm:KeyHashes", "Gateway:Access:Callers:crm:Permissions",
                "Gateway:Forwarding:TotalTimeout", "Gateway:Forwarding:Upstream", "Gateway:Typo",
            ],
            lines[1..].Select(line => line.Trim()[..line.Trim().IndexOf(": ", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.All([The.NotionToken, The.OtherKey, The.OtherToken, "too-short"], secret => Assert.DoesNotContain(secret, error.ToString()));
    }
}
