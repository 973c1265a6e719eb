using System.Text.Json;
using System.Text.Json.Nodes;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Clients;

/// <summary>The official MCP server in front of the gateway, as <c>docs/clients.md</c> configures it, by a caller that may only read.</summary>
public sealed class McpServerTests
{
    [Fact]
    public async Task A_model_reads_through_the_gateway_and_is_told_why_it_may_not_write()
    {
        await using var gateway = await GatewayForClients.StartAsync();
        var example = ClientsPage.Of("MCP server").Example(gateway.Address).Replace("GATEWAY_KEY", The.OtherKey, StringComparison.Ordinal);
        var server = JsonNode.Parse(example)!["mcpServers"]!["notion"]!;
        server["command"] = "node";
        server["args"] = new JsonArray(GatewayForClients.Parts("clients", "node_modules", "@notionhq", "notion-mcp-server", "bin", "cli.mjs"));

        var (exitCode, output) = await RunningProgram.RunAsync("node",
        [
            GatewayForClients.Parts("clients", "mcp.mjs"), server.ToJsonString(),
            "API-get-self", "{}",
            "API-retrieve-a-page", JsonSerializer.Serialize(new { page_id = GatewayForClients.PageId }),
            "API-post-page", JsonSerializer.Serialize(new { parent = new { page_id = GatewayForClients.PageId }, properties = new { } }),
        ]);

        Assert.True(exitCode == 0, output + gateway.Program.Output);
        string[] said =
        [
            .. output.Split('\n').Where(line => line.StartsWith("{\"tool\":", StringComparison.Ordinal))
                .Select(line => JsonNode.Parse(line)!["said"]!.GetValue<string>()),
        ];
        Assert.Equal(3, said.Length);
        Assert.Contains(GatewayForClients.Finance, said[0]);
        Assert.Contains(GatewayForClients.PageId, said[1]);
        Assert.Contains("restricted_resource", said[2]);
        Assert.Contains("insert_content", said[2]);
        Assert.DoesNotContain(gateway.Notion.Received.All, request => request.Method == "POST");
    }
}
