// One client writes a page through the official SDK while others read it, its row in a query, and its blocks: nobody may see anything older than what was
// written when the read began, or than what it has seen before.
//   node backwards.mjs --base-url URL --writer KEY --readers KEY,KEY --seconds N
// Prints one JSON line: how many reads and writes there were, and each fault. Exit code 1 when there was one.
import { parseArgs } from "node:util"
import { Client, LogLevel } from "@notionhq/client"

const { values: said } = parseArgs({
  options: { "base-url": { type: "string" }, writer: { type: "string" }, readers: { type: "string" }, seconds: { type: "string" } },
})
const client = auth => new Client({ auth, baseUrl: said["base-url"], logLevel: LogLevel.ERROR })
const source = "d5d50001-0000-4000-8000-000000000001"
const until = Date.now() + Number(said.seconds) * 1000
const text = content => [{ text: { content: String(content) } }]
const numberIn = rich => Number(rich.map(part => part.plain_text).join(""))

const writer = client(said.writer)
const page = await writer.pages.create({ parent: { data_source_id: source }, properties: { Name: { title: text(0) } } })
const title = Object.entries(page.properties).find(([, value]) => value.type === "title")[0]
const { results: [block] } = await writer.blocks.children.append({ block_id: page.id, children: [{ paragraph: { rich_text: text(0) } }] })
const written = { title: 0, block: 0 }
const faults = []
let [reads, writes] = [0, 0]

async function write() {
  for (let next = 1; Date.now() < until; next++) {
    await writer.pages.update({ page_id: page.id, properties: { [title]: { title: text(next) } } })
    written.title = next
    await writer.blocks.update({ block_id: block.id, paragraph: { rich_text: text(next) } })
    written.block = next
    writes += 2
  }
}

async function read(notion) {
  const looks = [
    ["title", "page", async () => numberIn((await notion.pages.retrieve({ page_id: page.id })).properties[title].title)],
    ["block", "children", async () => numberIn((await notion.blocks.children.list({ block_id: page.id })).results[0].paragraph.rich_text)],
    ["block", "block", async () => numberIn((await notion.blocks.retrieve({ block_id: block.id })).paragraph.rich_text)],
    ["title", "query", async () => {
      const { results } = await notion.dataSources.query({ data_source_id: source })
      return numberIn(results.find(row => row.id === page.id).properties[title].title)
    }],
  ]
  const seen = {}
  while (Date.now() < until) {
    for (const [what, how, look] of looks) {
      const least = Math.max(written[what], seen[how] ?? 0)
      const found = await look()
      reads++
      if (!(found >= least)) {
        faults.push(`${how}: ${found} after ${least}`)
      }
      seen[how] = found
    }
  }
}

await Promise.all([write(), ...said.readers.split(",").flatMap(key => [read(client(key)), read(client(key))])])
console.log(JSON.stringify({ reads, writes, faults: faults.slice(0, 20) }))
process.exit(faults.length > 0 ? 1 : 0)
