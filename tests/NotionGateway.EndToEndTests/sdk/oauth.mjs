// OAuth with the official SDK, as an application does it that knows nothing of a gateway but its base URL:
//   node oauth.mjs --base-url URL --client-id APP --client-secret KEY --redirect-uri URI --notion URL
// --notion is the pretend Notion, where the consent is given and tokens are made to end.
// One JSON line per step with everything the SDK was given; exit code 1 when a step went wrong.
import assert from "node:assert/strict"
import { parseArgs } from "node:util"
import { Client, LogLevel } from "@notionhq/client"

const { values: said } = parseArgs({
  options: Object.fromEntries(["base-url", "client-id", "client-secret", "redirect-uri", "notion"].map(name => [name, { type: "string" }])),
})

const client = auth => new Client({ baseUrl: said["base-url"], auth, logLevel: LogLevel.ERROR, retry: false })
const app = { client_id: said["client-id"], client_secret: said["client-secret"] }
const notion = client(undefined)

async function step(name, act) {
  try {
    const value = await act()
    console.log(JSON.stringify({ step: name, value }))
    return value
  } catch (error) {
    console.log(JSON.stringify({ step: name, error: String(error), code: error.code, body: error.body }))
    process.exitCode = 1
    throw error
  }
}

const control = (path, body) =>
  fetch(`${said.notion}/_sandbox/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }).then(answer => answer.json())

const { url } = await step("authorize url", async () => {
  const query = new URLSearchParams({ redirect_uri: said["redirect-uri"], state: "the state" })
  const basic = Buffer.from(`${app.client_id}:${app.client_secret}`).toString("base64")
  return (await fetch(`${said["base-url"]}/v1/oauth/authorize?${query}`, { headers: { authorization: `Basic ${basic}` } })).json()
})

// What a browser would carry: it goes past the SDK, and is not part of what the SDK was given.
const { location } = await control("oauth/consent", { authorize_url: url })
const back = new URL(location).searchParams
assert.equal(back.get("state"), "the state")

const first = await step("oauth.token authorization_code", () =>
  notion.oauth.token({ ...app, grant_type: "authorization_code", code: back.get("code"), redirect_uri: said["redirect-uri"] }))
const me = await step("users.me", () => client(first.access_token).users.me({}))
assert.equal(me.id, first.bot_id)

await control("oauth/expire", {})
assert.equal((await step("users.me after expiry", () => client(first.access_token).users.me({}))).id, first.bot_id)

const second = await step("oauth.token refresh_token", () => notion.oauth.token({ ...app, grant_type: "refresh_token", refresh_token: first.refresh_token }))
assert.notEqual(second.access_token, first.access_token)
assert.equal((await step("users.me with the new key", () => client(second.access_token).users.me({}))).id, first.bot_id)
assert.equal((await step("users.me with the old key", () => client(first.access_token).users.me({}))).id, first.bot_id)

assert.equal((await step("oauth.introspect", () => notion.oauth.introspect({ ...app, token: second.access_token }))).active, true)
await step("oauth.revoke", () => notion.oauth.revoke({ ...app, token: second.access_token }))
assert.equal((await step("oauth.introspect after revoke", () => notion.oauth.introspect({ ...app, token: second.access_token }))).active, false)
const refused = await client(second.access_token).users.me({}).catch(error => error)
assert.equal(refused.code, "unauthorized")
console.log(JSON.stringify({ done: true }))
