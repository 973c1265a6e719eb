// Calls a server once for each name, with each major version of the official SDK, and prints what the SDK throws.
//   node refusals.mjs --base-url URL --auth KEY NAME …
// Each call is GET /v1/users/NAME. Prints one JSON line for each call: the SDK's version, the name, and the error as its user sees it.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"

const { values: said, positionals: names } = parseArgs({ options: { "base-url": { type: "string" }, auth: { type: "string" } }, allowPositionals: true })
const require = createRequire(import.meta.url)

async function call(version, client, name) {
  try {
    await client.users.retrieve({ user_id: name })
    console.log(JSON.stringify({ version, name, error: null }))
  } catch (error) {
    console.log(JSON.stringify({ version, name, error: error.name, code: error.code, status: error.status, message: error.message }))
  }
}

await Promise.all(
  ["notion-client-1", "notion-client-2", "notion-client-3", "notion-client-4", "notion-client-5", "@notionhq/client"].flatMap(alias => {
    const { Client, LogLevel } = require(alias)
    const { version } = JSON.parse(readFileSync(join(dirname(require.resolve(alias)), "..", "..", "package.json"), "utf8"))
    const client = new Client({ auth: said.auth, baseUrl: said["base-url"], logLevel: LogLevel.ERROR, retry: false })
    return names.map(name => call(version, client, name))
  }),
)
