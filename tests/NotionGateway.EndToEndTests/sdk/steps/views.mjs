import { check, isId, same } from "../script.mjs"

/** Views of a data source, and what they show. */
export async function views(notion, script, tasks) {
  const view = await script.stepSinceDataSources("views.create", async () => {
    const created = await notion.views.create({
      database_id: tasks.database.id,
      data_source_id: tasks.sourceId,
      name: "Hard ones",
      type: "table",
      filter: { property: "Kind", select: { equals: "hard" } },
      sorts: [{ property: "Points", direction: "ascending" }],
    })
    same([created.object, created.name, created.type, created.data_source_id], ["view", "Hard ones", "table", tasks.sourceId], "the view")
    return created
  })

  await script.stepSinceDataSources("views.retrieve", async () => {
    const read = await notion.views.retrieve({ view_id: view.id })
    same(read.filter, { property: "Kind", select: { equals: "hard" } }, "filter")
  })

  await script.stepSinceDataSources("views.update", async () => {
    const changed = await notion.views.update({ view_id: view.id, name: "The hard ones" })
    same([changed.name, changed.sorts.length], ["The hard ones", 1], "name and sorts")
  })

  await script.stepSinceDataSources("views.list", async () => {
    const list = await notion.views.list({ database_id: tasks.database.id })
    same([list.type, list.results.length], ["view", 2], "the list")
    check(list.results.some(reference => reference.id === view.id), "the view among them")
  })

  const query = await script.stepSinceDataSources("views.queries.create", async () => {
    const created = await notion.views.queries.create({ view_id: view.id, page_size: 3 })
    same([created.object, created.total_count, created.results.length, created.has_more], ["view_query", 4, 3, true], "the query")
    check(isId(created.results[0].id), "ids of pages")
    return created
  })

  await script.stepSinceDataSources("views.queries.results", async () => {
    const rest = await notion.views.queries.results({ view_id: view.id, query_id: query.id, start_cursor: query.next_cursor })
    same([rest.type, rest.results.length, rest.has_more], ["page", 1, false], "the rest")
  })

  await script.stepSinceDataSources("views.queries.delete", async () => {
    const gone = await notion.views.queries.delete({ view_id: view.id, query_id: query.id })
    same([gone.object, gone.id, gone.deleted], ["view_query", query.id, true], "the query")
  })

  await script.stepSinceDataSources("views.delete", async () => {
    const gone = await notion.views.delete({ view_id: view.id })
    same([gone.object, gone.id], ["view", view.id], "the view")
  })
}
