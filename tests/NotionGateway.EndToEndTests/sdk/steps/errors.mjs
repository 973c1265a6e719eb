import { APIResponseError, Client, isNotionClientError } from "@notionhq/client"
import { check, refused, same, text } from "../script.mjs"

/** What goes wrong, and that the SDK recognises it. */
export async function errors(options, script, home) {
  const notion = new Client(options)
  const nowhere = "00000000-0000-4000-8000-000000000000"

  await script.step("error: object_not_found", async () => {
    const error = await refused(() => notion.pages.retrieve({ page_id: nowhere }), "object_not_found", 404)
    check(APIResponseError.isAPIResponseError(error) && isNotionClientError(error), "an error that the SDK knows")
    check(error.message.includes(nowhere), "the id in the message")
  })

  await script.step("error: not an id", () => refused(() => notion.pages.retrieve({ page_id: "not-an-id" }), "validation_error", 400))

  await script.step("error: page_size", () =>
    refused(() => notion.blocks.children.list({ block_id: home.id, page_size: 101 }), "validation_error", 400))

  await script.step("error: start_cursor", () =>
    refused(() => notion.blocks.children.list({ block_id: home.id, start_cursor: nowhere }), "validation_error", 400))

  await script.step("error: text too long", async () => {
    const children = [{ paragraph: { rich_text: text("x".repeat(2001)) } }]
    const error = await refused(() => notion.blocks.children.append({ block_id: home.id, children }), "validation_error", 400)
    check(error.message.includes("2000") && error.message.includes("2001"), "both lengths in the message")
  })

  await script.step("error: too many children", () => {
    const children = Array.from({ length: 101 }, () => ({ divider: {} }))
    return refused(() => notion.blocks.children.append({ block_id: home.id, children }), "validation_error", 400)
  })

  await script.step("error: no such property", () =>
    refused(() => notion.pages.update({ page_id: home.id, properties: { Nope: { number: 1 } } }), "validation_error", 400))

  await script.step("error: unauthorized", async () => {
    const stranger = new Client({ ...options, auth: "not-a-key-that-anybody-knows", retry: false })
    const error = await refused(() => stranger.users.me({}), "unauthorized", 401)
    same(error.name, "APIResponseError", "name")
  })

  await script.step("error: unknown version", () => {
    const fromTheFuture = new Client({ ...options, notionVersion: "2999-01-01" })
    return refused(() => fromTheFuture.users.me({}), "validation_error", 400)
  })
}
