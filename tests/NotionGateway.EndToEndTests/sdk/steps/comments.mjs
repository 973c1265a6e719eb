import { check, plain, refused, same, text } from "../script.mjs"

/** Comments on a page. */
export async function comments(notion, script, home) {
  const first = await script.step("comments.create", async () => {
    const comment = await notion.comments.create({ parent: { page_id: home.id }, rich_text: text("What do you think?") })
    same([comment.object, comment.parent], ["comment", { type: "page_id", page_id: home.id }], "the comment")
    same(comment.display_name.type, "integration", "display name")
    return comment
  })

  await script.step("comments.create, an answer", async () => {
    const answer = await notion.comments.create({ discussion_id: first.discussion_id, rich_text: text("I agree.") })
    same(answer.discussion_id, first.discussion_id, "discussion")
  })

  await script.step("comments.list", async () => {
    const list = await notion.comments.list({ block_id: home.id })
    same([list.type, list.results.map(comment => plain(comment.rich_text))], ["comment", ["What do you think?", "I agree."]], "the list")
  })

  await script.step("comments.retrieve", async () => {
    const comment = await notion.comments.retrieve({ comment_id: first.id })
    same(plain(comment.rich_text), "What do you think?", "text")
  })

  await script.step("comments.update", async () => {
    const comment = await notion.comments.update({ comment_id: first.id, rich_text: text("What do you all think?") })
    same(plain(comment.rich_text), "What do you all think?", "text")
  })

  await script.step("comments.delete", async () => {
    const comment = await notion.comments.delete({ comment_id: first.id })
    check(comment.id === first.id, "the comment that was deleted")
    await refused(() => notion.comments.retrieve({ comment_id: first.id }), "object_not_found", 404)
  })
}
