import { iterateAllDataSourceRows, iterateDataSourceTemplates, iteratePaginatedAPI } from "@notionhq/client"
import { check, isId, plain, refused, same, text } from "../script.mjs"

const schema = {
  Name: { title: {} },
  Points: { number: { format: "number" } },
  Kind: { select: { options: [{ name: "easy", color: "green" }, { name: "hard", color: "red" }] } },
  Note: { rich_text: {} },
}

/** Databases, data sources and rows. Answers what the steps about views need. */
export async function databases(notion, script, home) {
  const database = await script.step("databases.create", async () => {
    // The SDK knows the newer form only; under older versions the schema stands in the database itself.
    const created = script.hasDataSources
      ? await notion.databases.create({ parent: { type: "page_id", page_id: home.id }, title: text("Tasks"), initial_data_source: { properties: schema } })
      : await notion.request({ path: "databases", method: "post", body: { parent: { page_id: home.id }, title: text("Tasks"), properties: schema } })
    same([created.object, plain(created.title)], ["database", "Tasks"], "the database")
    same("properties" in created, !script.hasDataSources, "whether the schema is in the database")
    return created
  })

  await script.step("databases.retrieve", async () => {
    const read = await notion.databases.retrieve({ database_id: database.id })
    same(read.parent, { type: "page_id", page_id: home.id }, "parent")
    same("data_sources" in read, script.hasDataSources, "whether there are data sources")
  })

  await script.step("databases.update", async () => {
    const changed = await notion.databases.update({ database_id: database.id, description: text("What is to be done"), is_inline: true })
    same([plain(changed.description), changed.is_inline], ["What is to be done", true], "description and is_inline")
  })

  const sourceId = script.hasDataSources ? database.data_sources[0].id : database.id
  const parent = script.hasDataSources ? { data_source_id: sourceId } : { database_id: database.id }
  const row = await script.step("pages.create, a row", async () => {
    const page = await notion.pages.create({ parent, properties: { Name: { title: text("Row 1") }, Points: { number: 1 }, Kind: { select: { name: "easy" } } } })
    same([page.properties.Points.number, page.properties.Kind.select.color], [1, "green"], "values")
    same(page.parent, script.hasDataSources
      ? { type: "data_source_id", data_source_id: sourceId, database_id: database.id }
      : { type: "database_id", database_id: database.id }, "parent")
    for (let number = 2; number <= 5; number++) {
      await notion.pages.create({ parent, properties: { Name: { title: text(`Row ${number}`) }, Points: { number }, Kind: { select: { name: "hard" } } } })
    }
    return page
  })

  await script.step("pages.properties.retrieve, ids as they are handed out", async () => {
    const page = await notion.pages.retrieve({ page_id: row.id })
    for (const { id, type } of Object.values(page.properties)) {
      const item = await notion.pages.properties.retrieve({ page_id: row.id, property_id: id })
      same(item.type === "property_item" ? item.property_item.type : item.type, type, `type of ${id}`)
    }
  })

  await script.step("pages.retrieve with filter_properties", async () => {
    const page = await notion.pages.retrieve({ page_id: row.id, filter_properties: [row.properties.Points.id] })
    same(Object.keys(page.properties), ["Points"], "properties")
  })

  await querySteps(notion, script, database, sourceId)
  await sourceSteps(notion, script, database, sourceId)
  return { database, sourceId }
}

async function querySteps(notion, script, database, sourceId) {
  const hard = { property: "Kind", select: { equals: "hard" } }
  const sorts = [{ property: "Points", direction: "descending" }]
  const points = list => list.map(page => page.properties.Points.number)

  if (!script.hasDataSources) {
    await script.step("databases.query (through request)", async () => {
      const list = await notion.request({ path: `databases/${database.id}/query`, method: "post", body: { filter: hard, sorts } })
      same(points(list.results), [5, 4, 3, 2], "rows")
      same(list.type, "page_or_database", "type")
    })
  }

  await script.stepSinceDataSources("dataSources.query", async () => {
    const list = await notion.dataSources.query({ data_source_id: sourceId, filter: hard, sorts })
    same([list.type, list.has_more], ["page_or_data_source", false], "the list")
    same(points(list.results), [5, 4, 3, 2], "rows")
  })

  await script.stepSinceDataSources("dataSources.query, groups of conditions", async () => {
    const filter = { or: [{ property: "Points", number: { less_than: 2 } }, { and: [hard, { property: "Name", title: { ends_with: "5" } }] }] }
    const list = await notion.dataSources.query({ data_source_id: sourceId, filter, sorts })
    same(points(list.results), [5, 1], "rows")
  })

  await script.stepSinceDataSources("iteratePaginatedAPI over dataSources.query", async () => {
    const seen = []
    for await (const page of iteratePaginatedAPI(notion.dataSources.query, { data_source_id: sourceId, sorts, page_size: 2 })) {
      seen.push(page)
    }
    same(points(seen), [5, 4, 3, 2, 1], "rows")
  })

  await script.stepSinceDataSources("iterateAllDataSourceRows", async () => {
    const seen = []
    for await (const page of iterateAllDataSourceRows(notion, { data_source_id: sourceId })) {
      seen.push(page)
    }
    same(seen.length, 5, "how many rows")
  })

  await script.step("search for data sources", async () => {
    const value = script.hasDataSources ? "data_source" : "database"
    const found = await notion.search({ query: "Tasks", filter: { property: "object", value } })
    check(found.results.some(item => item.object === value && item.id === sourceId), "the data source among the results")
  })
}

async function sourceSteps(notion, script, database, sourceId) {
  await script.stepSinceDataSources("dataSources.retrieve", async () => {
    const source = await notion.dataSources.retrieve({ data_source_id: sourceId })
    same([source.object, source.parent.database_id], ["data_source", database.id], "the data source")
    same(Object.keys(source.properties).sort(), ["Kind", "Name", "Note", "Points"], "properties")
    same(source.properties.Name.id, "title", "id of the title")
  })

  await script.stepSinceDataSources("dataSources.update", async () => {
    const source = await notion.dataSources.update({
      data_source_id: sourceId, properties: { Points: { name: "Score" }, Note: null, Link: { url: {} } },
    })
    same(Object.keys(source.properties).sort(), ["Kind", "Link", "Name", "Score"], "properties")
    await notion.dataSources.update({ data_source_id: sourceId, properties: { Score: { name: "Points" } } })
  })

  await script.stepSinceDataSources("dataSources.create", async () => {
    const source = await notion.dataSources.create({ parent: { database_id: database.id }, title: text("Second"), properties: { Title: { title: {} } } })
    check(isId(source.id), "an id")
    const read = await notion.databases.retrieve({ database_id: database.id })
    same(read.data_sources.map(reference => reference.name), ["Tasks", "Second"], "data sources")
    await notion.dataSources.update({ data_source_id: source.id, in_trash: true })
  })

  await script.stepSinceDataSources("dataSources.listTemplates", async () => {
    const list = await notion.dataSources.listTemplates({ data_source_id: sourceId })
    same([list.templates, list.has_more, list.next_cursor], [[], false, null], "the list")
    for await (const template of iterateDataSourceTemplates(notion, { data_source_id: sourceId })) {
      throw new Error(`unexpected template ${template.id}`)
    }
  })

  if (!script.hasDataSources) {
    await script.step("dataSources.retrieve is unknown", () =>
      refused(() => notion.dataSources.retrieve({ data_source_id: sourceId }), "invalid_request_url", 400))
  }
}
