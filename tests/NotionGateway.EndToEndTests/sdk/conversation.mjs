// Walks through the methods of the official SDK, against Notion itself or whatever is at the base URL.
//   node conversation.mjs --base-url URL --auth KEY [--notion-version V]
// One JSON line per step, a summary at the end, exit code 1 when a step failed.
import { parseArgs } from "node:util"
import { Client, LogLevel } from "@notionhq/client"
import { Script } from "./script.mjs"
import { agents } from "./steps/agents.mjs"
import { blocks } from "./steps/blocks.mjs"
import { comments } from "./steps/comments.mjs"
import { databases } from "./steps/databases.mjs"
import { errors } from "./steps/errors.mjs"
import { fileUploads } from "./steps/file-uploads.mjs"
import { markdown } from "./steps/markdown.mjs"
import { pages } from "./steps/pages.mjs"
import { people } from "./steps/people.mjs"
import { views } from "./steps/views.mjs"

const { values: said } = parseArgs({
  options: {
    "base-url": { type: "string" },
    auth: { type: "string" },
    "notion-version": { type: "string", default: "2025-09-03" },
  },
})

if (!said["base-url"] || !said.auth) {
  console.error("usage: node conversation.mjs --base-url URL --auth KEY [--notion-version V]")
  process.exit(2)
}

const options = { baseUrl: said["base-url"], auth: said.auth, notionVersion: said["notion-version"], logLevel: LogLevel.ERROR }
const notion = new Client(options)
const script = new Script(options.notionVersion)

await people(notion, script)
const home = await pages(notion, script)
if (home) {
  await blocks(notion, script, home)
  await markdown(notion, script, home)
  const tasks = await databases(notion, script, home)
  await views(notion, script, tasks)
  await comments(notion, script, home)
  await fileUploads(notion, script, home)
  await errors(options, script, home)
  await script.step("pages.update in_trash", () => notion.pages.update({ page_id: home.id, in_trash: true }))
}
await agents(notion, script)

process.exit(script.finish())
