// The same with the official SDK, as its users call it: it chooses the target, the type and the framing itself.
import { createRequire } from "node:module"
const { Client, LogLevel } = createRequire(new URL("../../sdk/", import.meta.url))("@notionhq/client")
const [url, auth, type, length, , runs] = process.argv.slice(2)
const notion = new Client({ auth, baseUrl: new URL(url).origin, logLevel: LogLevel.ERROR })
const page_id = "0f0f0f0f-1111-4222-8333-444444444444"
const paragraph = content => ({ paragraph: { rich_text: [{ text: { content } }] } })

for (let run = 0; run < Number(runs); run++) {
  try {
    if (type === "application/json") {
      await notion.pages.create({ parent: { page_id }, properties: {}, children: [paragraph("x".repeat(Number(length)))] })
    } else {
      await notion.fileUploads.send({ file_upload_id: page_id, file: { filename: "large.bin", data: new Blob([new Uint8Array(Number(length))]) } })
    }
    console.log(200)
  } catch (error) {
    console.log(error.status ?? String(error.cause ?? error))
  }
}
