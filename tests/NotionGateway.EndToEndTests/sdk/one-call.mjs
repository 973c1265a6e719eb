// Makes one call through the official SDK, with the repeats that the SDK makes by itself, and prints the error that its user sees.
//   node one-call.mjs --base-url URL --auth KEY --call get|post|patch|delete
import { parseArgs } from "node:util"
import { Client, LogLevel } from "@notionhq/client"

const { values: said } = parseArgs({ options: { "base-url": { type: "string" }, auth: { type: "string" }, call: { type: "string" } } })
const notion = new Client({ auth: said.auth, baseUrl: said["base-url"], logLevel: LogLevel.ERROR })
const page_id = "0f0f0f0f-1111-4222-8333-444444444444"
const calls = {
  get: () => notion.pages.retrieve({ page_id }),
  post: () => notion.pages.create({ parent: { page_id }, properties: {} }),
  patch: () => notion.pages.update({ page_id, in_trash: true }),
  delete: () => notion.blocks.delete({ block_id: page_id }),
}

try {
  await calls[said.call]()
  console.log(JSON.stringify({ error: null }))
} catch (error) {
  console.log(JSON.stringify({ error: error.name, code: error.code, message: error.message }))
}
