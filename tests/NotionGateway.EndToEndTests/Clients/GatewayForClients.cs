using System.Security.Cryptography;
using System.Text;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Connections;

namespace NotionGateway.EndToEndTests.Clients;

/// <summary>A gateway as the page about clients has it: two credentials to choose from, one caller for all and one that may only read.</summary>
internal sealed class GatewayForClients(SandboxServer notion, RunningProgram program) : IAsyncDisposable
{
    /// <summary>The second credential; also the name of the bot behind it.</summary>
    public const string Finance = "finance";

    /// <summary>A page that is there from the beginning.</summary>
    public const string PageId = "5eed0001-0000-4000-8000-000000000001";

    public static string Parts(params string[] path) => Repository.PathOf(["tests", "NotionGateway.EndToEndTests", .. path]);

    public SandboxServer Notion => notion;

    public RunningProgram Program => program;

    public Uri Address => program.Data;

    public static async Task<GatewayForClients> StartAsync()
    {
        var second = new ConnectionSettings(Finance) { Token = The.OtherToken, BotName = Finance };
        var notion = await SandboxServer.StartAsync(new SandboxOptions { Connections = [ConnectionSettings.Demo, second] });
        var readersHash = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(The.OtherKey)));
        return new(notion, await RunningProgram.StartAsync(
            [],
            [
                ("NOTION_TOKEN", ConnectionSettings.DemoToken),
                ("FINANCE_TOKEN", The.OtherToken),
                ("GATEWAY_KEY", The.Key),
                ("Gateway__Access__Callers__default__Credentials__0", Finance),
                ("Gateway__Access__Callers__reader__KeyHashes__0", readersHash),
                ("Gateway__Access__Callers__reader__Credential", Finance),
                ("Gateway__Credentials__finance__Source", "Environment"),
                ("Gateway__Credentials__finance__Variable", "FINANCE_TOKEN"),
                ("Gateway__Forwarding__Upstream", notion.BaseUrl.GetLeftPart(UriPartial.Authority)),
                ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
                ("Gateway__DrainDelay", "00:00:00"),
                .. RunningProgram.Unhurried,
            ]));
    }

    public async ValueTask DisposeAsync()
    {
        await program.DisposeAsync();
        await notion.DisposeAsync();
    }
}
