import { check, isId, refused, same } from "../script.mjs"

/** Who is there: the bot itself, the others, and the workspace's own emojis. */
export async function people(notion, script) {
  const me = await script.step("users.me", async () => {
    const user = await notion.users.me({})
    same(user.object, "user", "object")
    same(user.type, "bot", "type")
    check(isId(user.id), "a bot id")
    check(isId(user.bot.workspace_id), "a workspace id")
    check(user.bot.workspace_limits.max_file_upload_size_in_bytes > 0, "an upload limit")
    check(typeof user.request_id === "string", "a request_id in the body")
    return user
  })

  const people = await script.step("users.list", async () => {
    const list = await notion.users.list({})
    same([list.object, list.type, list.has_more, list.next_cursor], ["list", "user", false, null], "the list")
    check(list.results.some(user => user.id === me.id), "the bot among the users")
    return list.results.filter(user => user.type === "person")
  })

  await script.step("users.list, page by page", async () => {
    const first = await notion.users.list({ page_size: 1 })
    same([first.results.length, first.has_more], [1, true], "the first page")
    const second = await notion.users.list({ page_size: 1, start_cursor: first.next_cursor })
    check(second.results[0].id !== first.results[0].id, "another user on the second page")
  })

  await script.step("users.retrieve", async () => {
    const user = await notion.users.retrieve({ user_id: people[0].id })
    same(user.name, people[0].name, "name")
    check(user.person.email.includes("@"), "an e-mail address")
  })

  await script.step("users.retrieve, id without dashes", async () => {
    const user = await notion.users.retrieve({ user_id: me.id.replaceAll("-", "") })
    same(user.id, me.id, "id")
  })

  await script.step("users.retrieve, unknown", () =>
    refused(() => notion.users.retrieve({ user_id: "00000000-0000-4000-8000-000000000000" }), "object_not_found", 404))

  await script.step("customEmojis.list", async () => {
    const list = await notion.customEmojis.list({})
    same([list.object, list.type], ["list", "custom_emoji"], "the list")
    check(list.results.every(emoji => isId(emoji.id) && emoji.name && emoji.url), "emojis with id, name and url")
  })

  await script.step("customEmojis.list by name", async () => {
    const list = await notion.customEmojis.list({ name: "no-such-emoji" })
    same(list.results, [], "results")
  })
}
