using System.Text.Json;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Clients;

/// <summary>The examples of <c>docs/clients.md</c>, run unchanged.</summary>
public sealed class ClientsPageTests(GatewayOfThePage gateway) : IClassFixture<GatewayOfThePage>, IDisposable
{
    private static readonly string Ntn = GatewayForClients.Parts("clients", "node_modules", "ntn", "dist", "ntn-linux-x64");
    private static readonly string[] Sdks = ["@notionhq/client", "notion-client-5", "notion-client-4", "notion-client-3", "notion-client-2", "notion-client-1"];

    // Inside of node_modules, so that Node finds the SDK from there.
    private readonly string _folder = Directory.CreateDirectory(GatewayForClients.Parts("sdk", "node_modules", ".examples", Path.GetRandomFileName())).FullName;
    private readonly GatewayForClients _gateway = gateway.Gateway;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Shell_examples_reach_the_credential_that_they_name()
    {
        await ReachesFinanceAsync("curl", "example.sh", "bash");
        await ReachesFinanceAsync("ntn", "example.sh", "bash");
    }

    [Fact]
    public Task JavaScript_reaches_the_credential_that_it_names_with_every_major_version_of_the_SDK() => Task.WhenAll(Sdks.Select(sdk =>
        ReachesFinanceAsync(
            "JavaScript", $"{sdk.Replace('/', '-')}.mjs", "node", example => example.Replace("@notionhq/client", sdk, StringComparison.Ordinal))));

    [Fact]
    public Task Python_reaches_the_credential_that_it_names() => ReachesFinanceAsync("Python without an SDK", "example.py", "/usr/bin/python3");

    [Fact]
    public Task PHP_reaches_the_credential_that_it_names() => ReachesFinanceAsync("PHP without an SDK", "example.php", "php");

    [Fact]
    [Trait("Category", "Long")]
    public Task Java_reaches_the_credential_that_it_names() => ReachesFinanceAsync("Java", "Snippet.java", "java");

    [Fact]
    public async Task Notion_to_md_reads_a_page_through_the_gateway()
    {
        var output = await RunAsync("notion-to-md", "example.mjs", "node", arguments: GatewayForClients.PageId);

        Assert.NotEmpty(output.Trim());
        var children = $"/v1/blocks/{GatewayForClients.PageId}/children";
        Assert.Contains(_gateway.Notion.Received.All, request => request.Target.StartsWith(children, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_section_that_says_tested_is_tested_here() => Assert.Equal(
        ["curl", "JavaScript", "Python without an SDK", "PHP without an SDK", "Java", "MCP server", "ntn", "notion-to-md"],
        ClientsPage.Sections.Where(section => section.IsTested).Select(section => section.Section));

    [Fact]
    public void The_versions_on_the_page_are_those_that_are_tested()
    {
        var versions = new[] { "sdk", "clients" }.SelectMany(Dependencies).ToDictionary();

        Assert.All(Sdks, sdk => Assert.Contains(versions[sdk], ClientsPage.Of("JavaScript").Text));
        Assert.Contains(versions["notion-to-md"], ClientsPage.Of("notion-to-md").Text);
        Assert.Contains(versions["ntn"], ClientsPage.Of("ntn").Text);
        Assert.Contains($"notion-mcp-server@{versions["@notionhq/notion-mcp-server"]}", ClientsPage.Of("MCP server").Text);
    }

    private static IEnumerable<KeyValuePair<string, string>> Dependencies(string folder)
    {
        using var package = JsonDocument.Parse(File.ReadAllText(GatewayForClients.Parts(folder, "package.json")));
        var dependencies = package.RootElement.GetProperty("dependencies").EnumerateObject();
        return [.. dependencies.Select(one => KeyValuePair.Create(one.Name, one.Value.GetString()!.Split('@')[^1]))];
    }

    private async Task ReachesFinanceAsync(string section, string file, string runner, Func<string, string>? edit = null) =>
        Assert.Contains(GatewayForClients.Finance, await RunAsync(section, file, runner, edit));

    private async Task<string> RunAsync(string section, string file, string runner, Func<string, string>? edit = null, params string[] arguments)
    {
        var path = Path.Combine(_folder, file);
        var example = ClientsPage.Of(section).Example(_gateway.Address);
        await File.WriteAllTextAsync(path, edit is null ? example : edit(example));
        var programs = $"{Ntn}:{Environment.GetEnvironmentVariable("PATH")}";
        var (exitCode, output) = await RunningProgram.RunAsync(runner, [path, .. arguments], ("GATEWAY_KEY", The.Key), ("PATH", programs), ("HOME", _folder));
        Assert.True(exitCode == 0, output + _gateway.Program.Output);
        return output;
    }
}

/// <summary>One gateway for all examples.</summary>
public sealed class GatewayOfThePage : IAsyncLifetime
{
    internal GatewayForClients Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await GatewayForClients.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}
