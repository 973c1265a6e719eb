import { collectPaginatedAPI, iteratePaginatedAPI } from "@notionhq/client"
import { check, plain, refused, same, text } from "../script.mjs"

const paragraph = content => ({ type: "paragraph", paragraph: { rich_text: text(content) } })
const words = blocks => blocks.filter(block => block.type === "paragraph").map(block => plain(block.paragraph.rich_text))

/** Blocks inside a page. */
export async function blocks(notion, script, home) {
  const page = await script.step("pages.create for blocks", () =>
    notion.pages.create({ parent: { page_id: home.id }, properties: { title: text("Blocks") } }))

  const added = await script.step("blocks.children.append", async () => {
    const list = await notion.blocks.children.append({ block_id: page.id, children: ["one", "two", "five"].map(paragraph) })
    same([list.object, list.type, list.results.length], ["list", "block", 3], "the list")
    same(list.results[0].parent, { type: "page_id", page_id: page.id }, "parent")
    return list.results
  })

  await script.step("blocks.children.append after a block", async () => {
    const place = script.version < "2026-03-11" ? { after: added[1].id } : { position: { type: "after_block", after_block: { id: added[1].id } } }
    await notion.blocks.children.append({ block_id: page.id, children: ["three", "four"].map(paragraph), ...place })
    const list = await notion.blocks.children.list({ block_id: page.id })
    same(words(list.results), ["one", "two", "three", "four", "five"], "the order")
  })

  if (script.version >= "2026-03-11") {
    await script.step("blocks.children.append with `after` is refused", () =>
      refused(() => notion.blocks.children.append({ block_id: page.id, children: [paragraph("x")], after: added[1].id }), "validation_error", 400))
  }

  await script.step("blocks.children.append, nested", async () => {
    const list = await notion.blocks.children.append({
      block_id: page.id,
      children: [{ toggle: { rich_text: text("outer"), children: [{ to_do: { rich_text: text("inner"), checked: true } }] } }],
    })
    same(list.results[0].has_children, true, "has_children")
    const inside = await notion.blocks.children.list({ block_id: list.results[0].id })
    same([inside.results[0].type, inside.results[0].to_do.checked], ["to_do", true], "the inner block")
  })

  await script.step("iteratePaginatedAPI over blocks", async () => {
    const seen = []
    for await (const block of iteratePaginatedAPI(notion.blocks.children.list, { block_id: page.id, page_size: 2 })) {
      seen.push(block)
    }
    same(words(seen), ["one", "two", "three", "four", "five"], "the paragraphs")
  })

  await script.step("collectPaginatedAPI over blocks", async () => {
    const all = await collectPaginatedAPI(notion.blocks.children.list, { block_id: page.id, page_size: 4 })
    same(all.length, 6, "how many")
  })

  await script.step("blocks.retrieve", async () => {
    const block = await notion.blocks.retrieve({ block_id: added[0].id })
    same([block.object, block.type, plain(block.paragraph.rich_text)], ["block", "paragraph", "one"], "the block")
  })

  await script.step("blocks.update", async () => {
    const block = await notion.blocks.update({
      block_id: added[0].id,
      paragraph: { rich_text: [{ text: { content: "uno", link: { url: "https://example.com/" } }, annotations: { bold: true } }] },
    })
    const [item] = block.paragraph.rich_text
    same([item.plain_text, item.href, item.annotations.bold], ["uno", "https://example.com/", true], "the text")
  })

  await script.step("blocks.delete", async () => {
    const block = await notion.blocks.delete({ block_id: added[0].id })
    same(block.in_trash, true, "in_trash")
    const list = await notion.blocks.children.list({ block_id: page.id })
    check(!list.results.some(other => other.id === block.id), "the block gone from the list")
  })

  await script.step("blocks.update out of the trash", async () => {
    const block = await notion.blocks.update({ block_id: added[0].id, in_trash: false })
    same(block.in_trash, false, "in_trash")
  })

  await script.step("blocks.meetingNotes.query", async () => {
    const list = await notion.blocks.meetingNotes.query({ limit: 5 })
    check(list.results.every(note => note.type === "meeting_notes" && note.meeting_notes.status), "meeting notes with a status")
  })
}
