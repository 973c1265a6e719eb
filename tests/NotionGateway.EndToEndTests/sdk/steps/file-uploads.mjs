import { check, isId, refused, same } from "../script.mjs"

const MiB = 1024 * 1024

/** Files, whole and in parts. */
export async function fileUploads(notion, script, home) {
  const upload = await script.step("fileUploads.create", async () => {
    const created = await notion.fileUploads.create({ mode: "single_part", filename: "grüße.txt", content_type: "text/plain" })
    same([created.object, created.status, created.content_length], ["file_upload", "pending", null], "the upload")
    check(isId(created.id) && created.upload_url.endsWith(`/v1/file_uploads/${created.id}/send`), "an address to send to")
    return created
  })

  await script.step("fileUploads.send", async () => {
    const data = new Blob(["Grüße aus dem SDK\r\n--not-a-boundary\r\n"], { type: "text/plain" })
    const sent = await notion.fileUploads.send({ file_upload_id: upload.id, file: { filename: "grüße.txt", data } })
    same([sent.status, sent.content_length, "upload_url" in sent], ["uploaded", data.size, false], "the upload")
  })

  await script.step("fileUploads.retrieve", async () => {
    const read = await notion.fileUploads.retrieve({ file_upload_id: upload.id })
    same([read.status, read.filename, read.content_type], ["uploaded", "grüße.txt", "text/plain"], "the upload")
  })

  await script.step("blocks.children.append with the file", async () => {
    const list = await notion.blocks.children.append({ block_id: home.id, children: [{ file: { file_upload: { id: upload.id } } }] })
    const [block] = list.results
    same([block.type, block.file.type], ["file", "file"], "the block")
    check(block.file.file.url.startsWith("https://") && block.file.file.expiry_time, "a link that expires")
  })

  const parts = await script.step("fileUploads.create multi_part", async () => {
    const created = await notion.fileUploads.create({ mode: "multi_part", filename: "film.mp4", content_type: "video/mp4", number_of_parts: 2 })
    check(created.complete_url.endsWith(`/v1/file_uploads/${created.id}/complete`), "an address to complete at")
    same(created.number_of_parts, { total: 2, sent: 0 }, "parts")
    return created
  })

  await script.step("fileUploads.complete too early", () =>
    refused(() => notion.fileUploads.complete({ file_upload_id: parts.id }), "validation_error", 400))

  await script.step("fileUploads.send in parts", async () => {
    for (const [number, size] of [[1, 5 * MiB], [2, 1234]]) {
      const data = new Blob([new Uint8Array(size).fill(number)], { type: "video/mp4" })
      const sent = await notion.fileUploads.send({ file_upload_id: parts.id, part_number: String(number), file: { filename: "film.mp4", data } })
      same([sent.status, sent.number_of_parts.sent], ["pending", number], "the upload")
    }
  })

  await script.step("fileUploads.complete", async () => {
    const done = await notion.fileUploads.complete({ file_upload_id: parts.id })
    same([done.status, done.content_length], ["uploaded", 5 * MiB + 1234], "the upload")
  })

  await script.step("fileUploads.create external_url", async () => {
    const created = await notion.fileUploads.create({ mode: "external_url", filename: "dummy.pdf", external_url: "https://example.com/dummy.pdf" })
    same(created.status, "pending", "status")
    const read = await notion.fileUploads.retrieve({ file_upload_id: created.id })
    same([read.status, read.file_import_result.type], ["uploaded", "success"], "the upload")
  })

  await script.step("fileUploads.list", async () => {
    const list = await notion.fileUploads.list({ status: "uploaded", page_size: 2 })
    same([list.type, list.results.length, list.has_more], ["file_upload", 2, true], "the list")
  })

  await script.step("blocks.meetingNotes.create", async () => {
    const note = await notion.blocks.meetingNotes.create({
      title: "From the film",
      source: { type: "file_upload", file_upload_id: parts.id },
      parent: { type: "page_id", page_id: home.id },
    })
    same([note.object, note.type], ["block", "meeting_notes"], "the note")
  })
}
