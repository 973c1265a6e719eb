// Starts an MCP server as an MCP host does, and calls some of its tools.
//   node mcp.mjs CONFIGURATION TOOL ARGUMENTS [TOOL ARGUMENTS …]
// CONFIGURATION is the entry of an MCP host's file, as JSON: command, args and env. Prints one JSON line for each call.
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js"

const [configuration, ...calls] = process.argv.slice(2)
const host = new Client({ name: "test-host", version: "1.0.0" })
await host.connect(new StdioClientTransport({ ...JSON.parse(configuration), stderr: "inherit" }))
const { tools } = await host.listTools()
console.log(JSON.stringify({ tools: tools.length }))
while (calls.length > 0) {
  const [name, input] = calls.splice(0, 2)
  const { content } = await host.callTool({ name, arguments: JSON.parse(input) })
  console.log(JSON.stringify({ tool: name, said: content.map(part => part.text).join("") }))
}
await host.close()
