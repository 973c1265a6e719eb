import { setTimeout as pause } from "node:timers/promises"
import { check, same, text } from "../script.mjs"

/** Pages as Markdown, and work that goes on after the answer. */
export async function markdown(notion, script, home) {
  const page = await script.step("pages.create from markdown", () =>
    notion.pages.create({ parent: { page_id: home.id }, properties: { title: text("Markdown") }, markdown: "# Title\n\nSome **bold** text\n- a point" }))

  await script.step("pages.retrieveMarkdown", async () => {
    const read = await notion.pages.retrieveMarkdown({ page_id: page.id })
    same([read.object, read.truncated, read.unknown_block_ids], ["page_markdown", false, []], "the object")
    same(read.markdown, "# Title\nSome **bold** text\n- a point", "markdown")
  })

  await script.step("pages.updateMarkdown insert_content", async () => {
    const read = await notion.pages.updateMarkdown({ page_id: page.id, type: "insert_content", insert_content: { content: "## More" } })
    check(read.markdown.endsWith("- a point\n## More"), "the new line at the end")
  })

  await script.step("pages.updateMarkdown update_content", async () => {
    const update = { content_updates: [{ old_str: "bold", new_str: "brave" }] }
    const read = await notion.pages.updateMarkdown({ page_id: page.id, type: "update_content", update_content: update })
    check(read.markdown.includes("Some **brave** text"), "the new word")
  })

  await script.step("pages.updateMarkdown replace_content", async () => {
    const read = await notion.pages.updateMarkdown({ page_id: page.id, type: "replace_content", replace_content: { new_str: "Only this" } })
    same(read.markdown, "Only this", "markdown")
  })

  await script.step("pages.create allow_async", async () => {
    const task = await notion.pages.create({ parent: { page_id: home.id }, properties: { title: text("Later") }, markdown: "Done", allow_async: true })
    const result = await outcome(notion, task)
    same(result.object, "page", "result")
  })

  await script.step("pages.updateMarkdown allow_async", async () => {
    const task = await notion.pages.updateMarkdown({
      page_id: page.id, allow_async: true, type: "insert_content", insert_content: { content: "And that" },
    })
    const result = await outcome(notion, task)
    same(result.markdown, "Only this\nAnd that", "markdown")
  })
}

/** Waits for a task the way callers are told to. */
export async function outcome(notion, task) {
  same([task.object, task.status], ["async_task", "queued"], "the task")
  check(/^task_[0-9a-f]{32}$/.test(task.id), "a task id")
  for (let tries = 0; tries < 10; tries++) {
    const now = await notion.asyncTasks.retrieve({ task_id: task.id })
    if (now.status === "succeeded") {
      return now.result
    }
    same(now.status === "failed", false, "whether it failed")
    await pause(Math.min(now.poll_after_seconds, 1) * 100)
  }
  throw new Error("the task never ended")
}
