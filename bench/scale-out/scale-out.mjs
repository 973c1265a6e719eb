import { Agent } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { aims, percent, percentile, sum, table } from "../common/figures.mjs"
import { World, call, plan } from "../common/world.mjs"
import { phases, scenarios } from "./scenarios.mjs"

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

const results = []
for (const scenario of scenarios(window).filter(({ name }) => said.only === "" || said.only.split(";").includes(name))) {
  console.error(`bench/scale-out: ${scenario.name}, ${Math.round(scenario.length * window)} s`)
  const result = await run(scenario)
  results.push(result)
  console.error(JSON.stringify(result))
}

console.log(`\nThree gateways, connections of ${limit} requests in ${window} s each\n`)
table(
  ["scenario", "most in a window", "upstream 429", "used", "bar", "failed calls", "shares of gateways", "changes of state", "shared again after", "other"],
  results.map(r => [r.name, r.most, r.refused, percent(r.used), percent(r.least), r.failed, r.shares, r.changes, r.backAfter, r.other]),
)
const good = aims([
  [results.every(r => r.isBelow), `never more than ${limit} in a window, wherever it begins (a replica that is cut off: a third more after two windows)`],
  [results.every(r => r.refused === 0 || r.mayRefuse), "Notion refuses nothing"],
  [results.every(r => r.used >= r.least), "as much of the limit is used as each scenario asks for"],
  [results.every(r => r.failed <= r.mayFail), "no call fails but those that a killed gateway had in flight"],
  [results.every(r => r.isFair), "each caller has its share, within 5 %; a quiet one waits for no more than two permits"],
  [results.every(r => r.isBack), "the store is shared again within 2 s"],
  [results.every(r => r.isCalm), "the state changes no more than twice a minute at 400 ms"],
])
process.exitCode = good ? 0 : 1

async function run(scenario) {
  const { gateways = 3, length, from, to = length, callers = phases(window), events = [], roundTrip, prepare } = scenario
  const world = new World(said.published, said.work)
  const connections = [...new Map(callers.map(caller => [caller.connection, caller])).values()]
  const it = { world, urls: [], calls: [], changes: [], stopped: new Set() }
  try {
    await world.startSandbox(Object.fromEntries(connections.map(({ connection, phase }) => [connection, { size: limit, window, phase }])))
    it.redis = await world.startRedis()
    it.restartRedis = async () => (it.redis = await world.startRedis(it.redis.port))
    it.isBack = () => (it.backSince = Date.now())
    it.start = () => start(it, scenario, connections, callers)
    it.leave = async number => {
      it.stopped.add(it.urls[number])
      await world.signal(it.urls[number], "SIGTERM")
    }
    it.kill = async number => {
      const ended = world.signal(it.urls[number], "SIGKILL")
      it.stopped.add(it.urls[number])
      await ended
    }
    await prepare?.(it)
    it.endpoint = `127.0.0.1:${roundTrip ? await world.startRelay(it.redis.port, roundTrip) : it.redis.port}`
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
    return figures(scenario, it, callers, connections, begun, begun + from * window * 1000, begun + to * window * 1000, await world.control("GET", "windows"))
  } finally {
    world.stop()
    it.island?.close()
  }
}

function figures(scenario, it, callers, connections, begun, first, last, windows) {
  const { name, least, most = limit => limit, mayFail, mayRefuse = false, shares, waits, backWithin, changesAMinute } = scenario
  const seen = connections.flatMap(({ connection }) => windows[connection].windows)
  const arrived = ({ admitted, refused }) => admitted + refused
  const inTime = it.calls.filter(call => call.status === 200 && call.at >= first && call.at < last)
  const partOf = (key, value) => inTime.filter(call => call[key] === value).length / inTime.length
  const waited = inTime.filter(call => call.caller === waits).map(call => call.took)
  const changes = it.changes.filter(change => change.at >= first)
  const back = it.changes.filter(change => it.backSince && change.at >= it.backSince && !change.lost).map(change => change.at - it.backSince)
  const minutes = (Date.now() - first) / 60_000
  const other = shares ? Object.keys(shares).map(caller => `${caller} ${percent(partOf("caller", caller))}`).join(", ")
    : waits ? `${waits} waited ${Math.round(percentile(waited, 0.5))} ms (median), ${Math.round(Math.max(...waited))} ms (longest of ${waited.length})` : ""
  return {
    name, least, mayRefuse, other: [other, failures(it.calls)].filter(Boolean).join("; "),
    most: Math.max(...seen.map(arrived)),
    isBelow: seen.every(one => arrived(one) <= most(limit, (new Date(one.start) - begun) / 1000 / window)),
    refused: sum(seen.map(({ refused }) => refused)),
    used: inTime.length / (((last - first) / 1000 / span) * limit * connections.length),
    failed: it.calls.filter(call => call.status !== 200).length,
    mayFail: mayFail ? sum(callers.map(caller => caller.workers)) : 0,
    shares: it.urls.map(url => partOf("url", url).toFixed(2)).join(" : "),
    changes: changes.length,
    backAfter: back.length > 0 ? `${(Math.max(...back) / 1000).toFixed(1)} s` : "",
    isBack: backWithin === undefined || (back.length === it.urls.length && Math.max(...back) <= backWithin * 1000),
    isFair: Object.entries(shares ?? {}).every(([caller, share]) => Math.abs(partOf("caller", caller) - share) <= 0.05)
      && (!waits || percentile(waited, 0.95) <= (2 * span * 1000) / limit + 100),
    isCalm: changesAMinute === undefined || changes.length <= changesAMinute * minutes * it.urls.length,
  }
}

/** How calls failed: a status, and how often. */
function failures(calls) {
  const counts = new Map()
  for (const { status } of calls.filter(call => call.status !== 200)) {
    counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return [...counts].map(([status, count]) => `${count} × ${status === 0 ? "no answer" : status}`).join(", ")
}

async function start(it, { roundTrip }, connections, callers) {
  const number = it.urls.length
  const isCutOff = it.island && number === 2
  const url = await it.world.startGateway({
    credentials: Object.fromEntries(connections.map(({ connection }) => [connection, "Standard"])),
    callers: Object.fromEntries(callers.map(({ name, connection, weight }) => [name, { credential: connection, weight }])),
    settings: {
      // Both: how long a silent replica counts follows from the longest window of all plans.
      ...plan("Standard", limit, window),
      ...plan("Business", limit, window),
      "ShutdownTimeout": "00:00:30",
      "FlowControl:Replicas": 3,
      "FlowControl:MaxQueuedRequests": 2000,
      "FlowControl:MaxWait": "02:00:00",
      "Shared:Redis:Tls": "false",
      ...(it.redisSettings ?? { "Shared:Redis:Endpoints:0": isCutOff ? it.island.redis : it.endpoint }),
    },
    inside: isCutOff ? it.island.inside : undefined,
  })
  it.urls.push(url)
  watch(it, url)
  for (const caller of callers.filter(({ at = [0, 1, 2] }) => at.includes(number % 3))) {
    Array.from({ length: caller.workers }, () => keepCalling(it, url, caller))
  }
}

/** Notes when a gateway begins to say that its shared budget is lost, and when it ends saying so. */
async function watch(it, url) {
  let lost = false
  while (!it.ended && !it.stopped.has(url)) {
    const text = await fetch(`${it.world.managementOf(url)}/readyz`).then(answer => answer.text(), () => undefined)
    if (text !== undefined && text.includes("shared budget: lost") !== lost) {
      lost = !lost
      it.changes.push({ url, lost, at: Date.now() })
    }
    await sleep(100)
  }
}

/** Calls again as soon as it has an answer, or at a fixed pace; a gateway that leaves gets no new calls from then on. */
async function keepCalling(it, url, { name, every = 0 }) {
  const agent = new Agent({ keepAlive: true })
  while (!it.ended && !it.stopped.has(url)) {
    const begun = Date.now()
    const status = await call(agent, url, name)
    // What comes back after the end, or from a gateway that was told to leave before it took the call, is nobody's failure.
    if (!it.ended && !(it.stopped.has(url) && status === 503)) {
      it.calls.push({ url, status, caller: name, at: Date.now(), took: Date.now() - begun })
    }
    await sleep(Math.max(0, begun + every - Date.now()))
  }
}
