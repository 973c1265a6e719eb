import { setTimeout as sleep } from "node:timers/promises"
import { asRoot, freePort, plan, tokenOf } from "../common/world.mjs"
import { ask, duration, forgetCounts, metric, sentTo, times } from "./common.mjs"

const source = "d5d50001-0000-4000-8000-000000000001"
const home = "5eed0001-0000-4000-8000-000000000001"
const none = { size: 1_000_000_000, window: 1 }

// In all of them a minute takes 60 / speed seconds; what is counted is how many reads were answered for each one that was sent to Notion.

/** Ten services send the same eight queries every five seconds. */
export async function polling(world, { speed, minutes }, { ttl, goal }) {
  await world.startSandbox({ polled: none, foil: none })
  const services = Array.from({ length: 10 }, (_, number) => `service-${number}`)
  const gateway = await start(world, speed, { polled: services }, { Ttl: ttl / speed })
  const nginx = await startNginx(world, ttl / speed)
  const queries = Array.from({ length: 8 }, (_, number) => JSON.stringify({ page_size: number + 1 }))
  const run = (url, asks) =>
    Promise.all(
      services.map(async (caller, number) => {
        // Services do not know of each other: each has its own phase.
        await sleep((5000 / speed) * ((number * 0.381) % 1))
        const end = Date.now() + (minutes * 60_000) / speed
        for (let next = Date.now(); next < end; next += 5000 / speed) {
          await sleep(Math.max(0, next - Date.now()))
          await Promise.all(queries.map(body => asks({ caller, method: "POST", path: `/v1/data_sources/${source}/query`, body })))
        }
      }),
    )
  const count = counting()
  await forgetCounts(world)
  await run(gateway, request => count(ask(gateway, request)))
  const sent = await sentTo(world, "polled")
  const beside = counting()
  await forgetCounts(world)
  await run(nginx, request => beside(ask(nginx, { ...request, headers: { authorization: `Bearer ${tokenOf("foil")}` }, caller: undefined })))
  const ratio = count.good / sent
  return [
    {
      workload: `ten services, eight queries each 5 s, TTL ${ttl} s`,
      figure: "effective reads, as a multiple of the limit",
      measured: times(ratio),
      goal: `≥ ${goal} ×`,
      met: ratio >= goal && count.bad === 0,
    },
    { workload: "", figure: "nginx proxy_cache with the same TTL", measured: times(beside.good / (await sentTo(world, "foil"))) },
  ]
}

/** Sixty workflows on six databases look each minute for what was changed since the minute before. */
export async function automation(world, { speed, minutes }) {
  await world.startSandbox({ polled: none })
  const workflows = Array.from({ length: 60 }, (_, number) => `workflow-${number}`)
  const gateway = await start(world, speed, { polled: workflows }, { Ttl: 60 / speed })
  const minute = 60_000 / speed
  const count = counting()

  // From a full minute on, since bodies change with it.
  await sleep(minute - (Date.now() % minute))
  await forgetCounts(world)
  await Promise.all(
    workflows.map(async (caller, number) => {
      await sleep(minute * 0.95 * ((number * 0.618) % 1))
      for (let round = 0; round < minutes; round++) {
        // The database is told by the page size: they differ in nothing else. The time is that of the minute before.
        const since = new Date(Math.floor(Date.now() / minute) * 60_000).toISOString()
        const body = JSON.stringify({
          page_size: 1 + (number % 6),
          sorts: [{ timestamp: "last_edited_time", direction: "descending" }],
          filter: { timestamp: "last_edited_time", last_edited_time: { on_or_after: since } },
        })
        await count(ask(gateway, { caller, method: "POST", path: `/v1/data_sources/${source}/query`, body }))
        await sleep(minute)
      }
    }),
  )
  const ratio = count.good / (await sentTo(world, "polled"))
  return [
    { workload: "60 workflows on 6 databases, each minute", figure: "effective reads, as a multiple of the limit", measured: times(ratio), goal: "≥ 9 ×", met: ratio >= 9 && count.bad === 0 },
  ]
}

/** A site of 200 pages, eight reads each, renders every page once a minute; people edit two pages a minute, and events tell of it. */
export async function site(world, { speed, minutes }) {
  await world.startSandbox({ site: none, people: none })
  const port = await freePort()
  const late = 1000
  const { token } = await world.control("POST", "webhooks", { connection: "site", url: `http://127.0.0.1:${port}/notion/site`, late_ms: late })
  // The first fill would take minutes at Notion's limit, and does not count.
  const gateway = await start(world, speed, { site: ["website"] }, { Ttl: 60 / speed, TtlWithEvents: 1800 / speed }, {
    ...plan("Standard", 1_000_000, 1),
    "../Kestrel:Endpoints:Webhooks:Url": `http://127.0.0.1:${port}`,
    "../WEBHOOK_TOKEN": token,
    "Webhooks:site:Credentials:0": "site",
    "Webhooks:site:Token:Source": "Environment",
    "Webhooks:site:Token:Variable": "WEBHOOK_TOKEN",
  })
  const pages = []
  for (let number = 0; number < 200; number++) {
    pages.push(await createPage(world, number))
  }

  // Events must have been heard before responses may be kept for longer.
  await edit(world, pages[0])
  await sleep(late + 1500)
  await Promise.all(pages.map(page => render(gateway, page)))
  const minute = 60_000 / speed
  await forgetCounts(world)
  const [count, end] = [counting(), Date.now() + minutes * minute]
  let old = 0
  const rendering = pages.map(async (page, number) => {
    await sleep((minute * number) / pages.length)
    for (let next = Date.now(); next < end; next += minute) {
      await sleep(Math.max(0, next - Date.now()))
      old += await render(gateway, page, count, late + 1000)
    }
  })
  const editing = (async () => {
    for (let next = Date.now(); next < end; next += minute / 2) {
      await sleep(Math.max(0, next - Date.now()))
      await edit(world, pages[Math.floor(Math.random() * pages.length)])
    }
  })()
  await Promise.all([...rendering, editing])
  const ratio = count.good / (await sentTo(world, "site"))
  const heard = await metric(world, gateway, "notion_gateway_webhooks_total", 'outcome="applied"')
  return [
    { workload: "site of 200 pages × 8 reads, TTL 30 min with events", figure: "effective reads, as a multiple of the limit", measured: times(ratio), goal: "≥ 18 ×", met: ratio >= 18 && count.bad === 0 },
    { workload: "", figure: `reads older than the events' delay (${late} ms) + 1 s`, measured: `${old} of ${count.good}, ${heard} events`, goal: "0", met: old === 0 && heard > 0 },
  ]
}

/** Nothing is stored: 600 reads a minute of 300 objects, on a connection that gives 180, each waiting for up to 10 seconds. */
export async function coalescing(world, { speed, minutes }) {
  const window = 60 / speed
  await world.startSandbox({ full: none, people: none })
  const gateway = await start(world, speed, { full: ["agents"] }, null, {}, duration(10 / speed))
  const pages = []
  for (let number = 0; number < 300; number++) {
    pages.push(await createPage(world, number, 0))
  }

  // Zipf: the n-th object is read 1/n as often as the first.
  const weights = pages.map((_, rank) => 1 / (rank + 1))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const pick = () => {
    let left = Math.random() * total
    return pages.find((_, rank) => (left -= weights[rank]) <= 0) ?? pages[0]
  }
  const [warm, length] = [2 * window * 1000, minutes * 60_000 / speed]
  let [count, old, reads] = [counting(), 0, []]
  const began = Date.now()
  const editing = (async () => {
    while (Date.now() < began + warm + length) {
      await edit(world, pages[Math.floor(Math.random() * 20)])
      await sleep(50)
    }
  })()
  for (let next = began, counted = false; next < began + warm + length; next += (-Math.log(1 - Math.random()) * 6000) / 60 / speed) {
    await sleep(Math.max(0, next - Date.now()))
    if (!counted && Date.now() >= began + warm) {
      counted = true
      count = counting()
      await forgetCounts(world)
    }
    const page = pick()
    const least = page.edits
    reads.push(count(ask(gateway, { caller: "agents", path: `/v1/pages/${page.id}` }), [200, 429]).then(answer => {
      old += answer.status === 200 && editsIn(answer.text) < least ? 1 : 0
    }))
  }
  const sent = await sentTo(world, "full")
  await Promise.all([...reads, editing])
  const ratio = count.statuses[200] / sent
  return [
    { workload: "coalescing alone, 600 reads a minute of 300 objects, 10 s of waiting", figure: "effective reads, as a multiple of the limit", measured: times(ratio), goal: "≥ 1.8 ×", met: ratio >= 1.8 },
    { workload: "", figure: "reads older than their own request", measured: `${old} of ${count.statuses[200]}`, goal: "0", met: old === 0 },
  ]
}

/** The gateway for these callers, with a policy for all of them, or none. Settings that begin with ../ are not in its section. */
async function start(world, speed, callers, policy, settings = {}, maxWait) {
  const credentials = Object.keys(callers)
  const caching = Object.fromEntries(Object.entries(policy ?? {}).map(([key, seconds]) => [`Caching:Policies:bench:${key}`, duration(seconds)]))
  return world.startGateway({
    credentials: Object.fromEntries(credentials.map(name => [name, "Standard"])),
    callers: Object.fromEntries(credentials.flatMap(credential => callers[credential].map(name => [name, { credential, maxWait, cache: policy && "bench" }]))),
    settings: { ...plan("Standard", 180, 60 / speed), "Caching:Coalesce": "Queued", ...caching, ...settings },
  })
}

async function startNginx(world, ttl) {
  const port = await freePort()
  const [{ writeFileSync }, { join }] = [await import("node:fs"), await import("node:path")]
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(kind => `${kind}_temp_path ${world.work}/cache-${kind};`).join(" ")
  writeFileSync(
    join(world.work, "nginx-cache.conf"),
    `${asRoot}worker_processes 1; daemon off; error_log stderr crit; pid ${world.work}/nginx-cache.pid;
events { worker_connections 4096; }
http { access_log off; ${paths} keepalive_requests 100000000; client_body_buffer_size 64k;
  proxy_cache_path ${world.work}/nginx-cache keys_zone=notion:64m max_size=1g;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${world.sandbox}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost;
      proxy_cache notion; proxy_cache_methods GET HEAD POST; proxy_cache_key "$request_method $request_uri $request_body";
      proxy_cache_valid 200 ${Math.max(1, Math.round(ttl))}s; proxy_ignore_headers Cache-Control Expires Vary Set-Cookie; proxy_cache_lock on;
    }
  }
}
`,
  )
  world.start("nginx", ["-p", world.work, "-c", join(world.work, "nginx-cache.conf")])
  await sleep(1000)
  return `http://127.0.0.1:${port}`
}

/** A page with six blocks that have a child each; the first child says how often it was edited. */
async function createPage(world, number, toggles = 6) {
  const text = content => ({ rich_text: [{ text: { content } }] })
  const children = Array.from({ length: toggles }, (_, at) => ({
    type: "toggle",
    toggle: { ...text(`part ${at}`), children: [{ type: "paragraph", paragraph: text("edits 0.") }] },
  }))
  const page = await people(world, "POST", "/v1/pages", { parent: { page_id: home }, properties: title(0), children })
  const made = { id: page.id, edits: 0, edited: 0, toggles: [] }
  if (toggles > 0) {
    made.toggles = (await people(world, "GET", `/v1/blocks/${page.id}/children`)).results.map(block => block.id)
    made.child = (await people(world, "GET", `/v1/blocks/${made.toggles[0]}/children`)).results[0].id
  }
  return made
}

const title = edits => ({ title: [{ text: { content: `edits ${edits}.` } }] })

export const editsIn = text => Number(/edits (\d+)\./.exec(text)?.[1] ?? -1)

/** Somebody edits a page deep inside, where the gateway does not see it. */
async function edit(world, page) {
  const edits = page.edits + 1
  await (page.child
    ? people(world, "PATCH", `/v1/blocks/${page.child}`, { paragraph: { rich_text: [{ text: { content: `edits ${edits}.` } }] } })
    : people(world, "PATCH", `/v1/pages/${page.id}`, { properties: title(edits) }))
  page.history = [...(page.history ?? []), { edits, at: Date.now() }].slice(-20)
  page.edits = edits
}

async function people(world, method, path, body) {
  const answer = await ask(world.sandbox, { method, path, body: body && JSON.stringify(body), headers: { authorization: `Bearer ${tokenOf("people")}` } })
  if (answer.status !== 200) {
    throw new Error(`the sandbox answers ${answer.status} to ${method} ${path}: ${answer.text}`)
  }
  return JSON.parse(answer.text)
}

/** The eight reads of one page; how many of them were older than allowed. */
async function render(gateway, page, count = counting(), allowed = Infinity) {
  let old = 0
  for (const path of [`/v1/pages/${page.id}`, `/v1/blocks/${page.id}/children`, ...page.toggles.map(id => `/v1/blocks/${id}/children`)]) {
    const least = Math.max(0, ...(page.history ?? []).filter(edit => edit.at + allowed < Date.now()).map(edit => edit.edits))
    const answer = await count(ask(gateway, { caller: "website", path }))
    old += path.includes(page.toggles[0]) && editsIn(answer.text) < least ? 1 : 0
  }
  return old
}

/** Counts what comes back. */
function counting() {
  const count = async (asking, good = [200]) => {
    const answer = await asking
    count.statuses[answer.status] = (count.statuses[answer.status] ?? 0) + 1
    if (good.includes(answer.status)) {
      count.good++
    } else {
      count.bad++
    }
    return answer
  }
  return Object.assign(count, { good: 0, bad: 0, statuses: {} })
}
