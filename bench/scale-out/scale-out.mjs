import { Agent, request } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { aims, percent, sum, table } from "../common/figures.mjs"
import { World, keyOf, plan } from "../common/world.mjs"

const { values: said } = parseArgs({
  options: {
    published: { type: "string" },
    work: { type: "string" },
    only: { type: "string", default: "" },
    limit: { type: "string", default: "60" },
    window: { type: "string", default: "6" },
  },
})
const [limit, window] = [Number(said.limit), Number(said.window)]
const span = window * (1 + 1 / 120)

/** One connection for each phase of Notion's windows: nobody knows when they begin. */
const connections = [0, 1, 2].map(third => ({ name: `phase-${third}`, phase: (third * window) / 3 + 0.1 }))
const workers = 6

/** What is done to three gateways and a Redis, and what must still be true. Times in windows. */
const scenarios = [
  { name: "steady", length: 8, least: 0.97, from: 1 },
  {
    name: "one, three, one",
    gateways: 1, length: 12, least: 0.95, from: 1,
    events: [[3, async it => { await it.start(); await it.start() }], [7, async it => { await it.leave(2); await it.leave(1) }]],
  },
  { name: "rolling restart", length: 12, least: 0.95, from: 1, events: [0, 1, 2].map(number => [3 + 2 * number, async it => { await it.start(); await it.leave(number) }]) },
  { name: "gateway killed", length: 10, least: 0.6, from: 3, to: 5, failsOnly: 2, events: [[3, it => it.kill(2)]] },
  { name: "Redis frozen", length: 14, least: 0.8, from: 3, to: 8, events: [[3, it => it.redis.signal("SIGSTOP")], [8, it => it.redis.signal("SIGCONT")]] },
  { name: "Redis away, back empty", length: 14, least: 0.8, from: 3, to: 8, events: [[3, it => it.redis.kill()], [8, it => it.restartRedis()]] },
  { name: "Redis restarted empty", length: 8, least: 0.9, from: 4, to: 8, events: [[3, async it => { await it.redis.kill(); await it.restartRedis() }]] },
]

const results = []
for (const scenario of scenarios.filter(({ name }) => said.only === "" || said.only.split(",").includes(name))) {
  console.error(`bench/scale-out: ${scenario.name}, ${Math.round(scenario.length * window)} s`)
  results.push(await run(scenario))
}

console.log(`\nThree gateways, three connections of ${limit} requests in ${window} s each\n`)
table(
  ["scenario", "most in a window", "upstream 429", "used", "bar", "failed calls", "shares of gateways"],
  results.map(r => [r.name, r.most, r.refused, percent(r.used), percent(r.least), r.failed, r.shares]),
)
const good = aims([
  [results.every(r => r.most <= limit), `never more than ${limit} in a window, wherever it begins`],
  [results.every(r => r.refused === 0), "Notion refuses nothing"],
  [results.every(r => r.used >= r.least), "as much of the limit is used as each scenario asks for"],
  [results.every(r => r.failed <= r.mayFail), "no call fails but those that a killed gateway had in flight"],
])
process.exitCode = good ? 0 : 1

async function run({ name, gateways = 3, length, least, from, to = length, events = [], failsOnly }) {
  const world = new World(said.published, said.work)
  try {
    await world.startSandbox(Object.fromEntries(connections.map(({ name, phase }) => [name, { size: limit, window, phase }])))
    const it = { redis: await world.startRedis(), urls: [], calls: [], stopped: new Set() }
    it.restartRedis = async () => (it.redis = await world.startRedis(it.redis.port))
    it.start = async () => {
      const url = await world.startGateway({
        credentials: Object.fromEntries(connections.map(({ name }) => [name, "Standard"])),
        callers: Object.fromEntries(connections.map(({ name }) => [`caller-${name}`, { credential: name }])),
        settings: {
          ...plan("Standard", limit, window),
          "ShutdownTimeout": "00:00:30",
          "FlowControl:Replicas": 3,
          "Shared:Redis:Endpoints:0": `127.0.0.1:${it.redis.port}`,
          "Shared:Redis:Tls": "false",
        },
      })
      it.urls.push(url)
      connections.forEach(connection => Array.from({ length: workers }, () => keepCalling(it, url, connection)))
    }
    it.leave = async number => {
      it.stopped.add(it.urls[number])
      await world.signal(it.urls[number], "SIGTERM")
    }
    it.kill = async number => {
      const ended = world.signal(it.urls[number], "SIGKILL")
      it.stopped.add(it.urls[number])
      await ended
    }
    for (let started = 0; started < gateways; started++) {
      await it.start()
    }

    const begun = Date.now()
    for (const [at, act] of events) {
      await sleep(Math.max(0, begun + at * window * 1000 - Date.now()))
      await act(it)
    }
    await sleep(Math.max(0, begun + length * window * 1000 - Date.now()))
    it.ended = true
    const windows = await world.control("GET", "windows")
    const seen = connections.flatMap(({ name }) => windows[name].windows)
    const [first, last] = [begun + from * window * 1000, begun + to * window * 1000]
    const inTime = it.calls.filter(call => call.status === 200 && call.at >= first && call.at < last)
    const ofEach = it.urls.map(url => inTime.filter(call => call.url === url).length)
    return {
      name, least,
      most: Math.max(...seen.map(({ admitted, refused }) => admitted + refused)),
      refused: sum(seen.map(({ refused }) => refused)),
      used: inTime.length / (((to - from) * window) / span * limit * connections.length),
      failed: it.calls.filter(call => call.status !== 200).length,
      mayFail: failsOnly === undefined ? 0 : workers * connections.length,
      shares: ofEach.map(count => (count / sum(ofEach)).toFixed(2)).join(" : "),
    }
  } finally {
    world.stop()
  }
}

/** Calls again as soon as it has an answer; a gateway that leaves gets no new calls from then on. */
async function keepCalling(it, url, { name }) {
  const agent = new Agent({ keepAlive: true })
  while (!it.ended && !it.stopped.has(url)) {
    const status = await call(agent, url, name)
    // What comes back after the end, or from a gateway that was told to leave before it took the call, is nobody's failure.
    if (!it.ended && !(it.stopped.has(url) && status === 503)) {
      it.calls.push({ url, status, at: Date.now() })
    }
  }
}

function call(agent, url, name) {
  return new Promise(resolve => {
    const asking = request(`${url}/v1/users/me`, { agent, headers: { authorization: `Bearer ${keyOf(`caller-${name}`)}` } }, answer => {
      answer.resume()
      answer.on("end", () => resolve(answer.statusCode)).on("error", () => resolve(0))
    })
    asking.on("error", () => resolve(0)).end()
  })
}
