// Calls Notion through the official SDK without a pause, several calls at once, for a while.
//   node load.mjs --base-url URL --auth KEY --seconds N [--at-least N] [--at-once N]
// Prints one JSON line: how many calls succeeded, and each error by its code. Exit code 1 when there was one.
import { parseArgs } from "node:util"
import { Client, LogLevel } from "@notionhq/client"

const { values: said } = parseArgs({
  options: {
    "base-url": { type: "string" },
    auth: { type: "string" },
    seconds: { type: "string", default: "1" },
    "at-least": { type: "string", default: "1" },
    "at-once": { type: "string", default: "1" },
  },
})

const notion = new Client({ auth: said.auth, baseUrl: said["base-url"], logLevel: LogLevel.ERROR })
const page = { parent: { page_id: "5eed0001-0000-4000-8000-000000000001" }, properties: {} }
const calls = [() => notion.users.me({}), () => notion.search({ page_size: 1 }), () => notion.pages.create(page)]
const until = Date.now() + Number(said.seconds) * 1000
const errors = {}
let succeeded = 0

async function callUntilTheEnd(first) {
  for (let number = first; number - first < Number(said["at-least"]) || Date.now() < until; number++) {
    try {
      await calls[number % calls.length]()
      succeeded++
    } catch (error) {
      const code = error.code ?? error.name
      errors[code] = (errors[code] ?? 0) + 1
    }
  }
}

await Promise.all(Array.from({ length: Number(said["at-once"]) }, (_, index) => callUntilTheEnd(index)))
console.log(JSON.stringify({ succeeded, errors }))
process.exit(Object.keys(errors).length > 0 ? 1 : 0)
