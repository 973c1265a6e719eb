import { check, isId, plain, same, text } from "../script.mjs"

/** Pages under pages. Answers the page that everything else is put under. */
export async function pages(notion, script) {
  const top = await script.step("search for a page", async () => {
    const found = await notion.search({ filter: { property: "object", value: "page" }, page_size: 1, sort: { timestamp: "last_edited_time", direction: "ascending" } })
    same([found.object, found.results.length], ["list", 1], "the list")
    same(found.type, script.hasDataSources ? "page_or_data_source" : "page_or_database", "type")
    return found.results[0]
  })

  const home = await script.step("pages.create", async () => {
    const page = await notion.pages.create({
      parent: { page_id: top.id },
      icon: { type: "emoji", emoji: "🔭" },
      properties: { title: { title: text("Conversation with the SDK – grüße") } },
      children: [{ paragraph: { rich_text: text("First paragraph") } }],
    })
    same(page.object, "page", "object")
    check(isId(page.id), "an id")
    same(page.parent, { type: "page_id", page_id: top.id }, "parent")
    same(page.icon, { type: "emoji", emoji: "🔭" }, "icon")
    same(page.in_trash, false, "in_trash")
    same("archived" in page, script.version < "2026-03-11", "whether there is `archived`")
    return page
  })

  await script.step("pages.retrieve", async () => {
    const page = await notion.pages.retrieve({ page_id: home.id })
    same(plain(page.properties.title.title), "Conversation with the SDK – grüße", "title")
    same(page.properties.title.title[0].annotations.color, "default", "annotation")
    check(page.url.startsWith("https://app.notion.com/"), "a url")
  })

  await script.step("pages.update", async () => {
    const page = await notion.pages.update({ page_id: home.id, icon: null, is_locked: true, properties: { title: text("Renamed") } })
    same([page.icon, page.is_locked, plain(page.properties.title.title)], [null, true, "Renamed"], "icon, lock and title")
  })

  await script.step("pages.properties.retrieve", async () => {
    const title = await notion.pages.properties.retrieve({ page_id: home.id, property_id: "title" })
    same([title.object, title.type, title.property_item.type], ["list", "property_item", "title"], "the list")
    same(title.results[0].title.plain_text, "Renamed", "title")
  })

  const other = await script.step("pages.create, another one", () =>
    notion.pages.create({ parent: { page_id: top.id }, properties: { title: text("Wanderer") } }))

  await script.step("pages.move", async () => {
    const moved = await notion.pages.move({ page_id: other.id, parent: { page_id: home.id } })
    same(moved.parent, { type: "page_id", page_id: home.id }, "parent")
  })

  await script.step("pages.update in_trash and back", async () => {
    const gone = await notion.pages.update({ page_id: other.id, in_trash: true })
    same(gone.in_trash, true, "in_trash")
    const back = await notion.pages.update({ page_id: other.id, in_trash: false })
    same(back.in_trash, false, "in_trash")
  })

  await script.step("search by title", async () => {
    const found = await notion.search({ query: "wanderer" })
    check(found.results.some(page => page.id === other.id), "the page among the results")
  })

  return home
}
