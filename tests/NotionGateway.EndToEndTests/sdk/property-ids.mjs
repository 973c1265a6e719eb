// Asks for one property after the other through the official SDK, each by an id as Notion hands it out.
//   node property-ids.mjs --base-url URL --auth KEY --page ID PROPERTY_ID…
// Exit code 1, with the errors, when a call failed.
import { parseArgs } from "node:util"
import { Client, LogLevel } from "@notionhq/client"

const { values: said, positionals: ids } = parseArgs({
  options: {
    "base-url": { type: "string" },
    auth: { type: "string" },
    page: { type: "string" },
  },
  allowPositionals: true,
})

const notion = new Client({ auth: said.auth, baseUrl: said["base-url"], logLevel: LogLevel.ERROR })
let failed = 0
for (const id of ids) {
  try {
    await notion.pages.properties.retrieve({ page_id: said.page, property_id: id })
  } catch (error) {
    failed++
    console.log(JSON.stringify({ id, code: error.code, message: error.message }))
  }
}

process.exit(failed === 0 ? 0 : 1)
