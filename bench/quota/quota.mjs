import { parseArgs } from "node:util"
import { fileURLToPath } from "node:url"
import { aims, jain, median, percent, percentile, seconds, sum, table } from "../common/figures.mjs"
import { World, keyOf, plan, tokenOf } from "../common/world.mjs"

const { values: said } = parseArgs({
  options: {
    published: { type: "string" },
    work: { type: "string" },
    window: { type: "string", default: "10" },
    limit: { type: "string", default: "30" },
    windows: { type: "string", default: "8" },
    clients: { type: "string", default: "4" },
    concurrency: { type: "string", default: "12" },
    latency: { type: "string", default: "75" },
  },
})
const [window, limit, windows, clients, concurrency, latency] = ["window", "limit", "windows", "clients", "concurrency", "latency"].map(name => Number(said[name]))
const rate = limit / window
const clientProgram = fileURLToPath(new URL("client.mjs", import.meta.url))

/** What is measured. Each arm has its own connection in the sandbox, so all arms run at the same time. */
const greedy = { clients, concurrency }
const bursts = { clients: 1, bursts: { size: 6, gap: (6 / (0.6 * rate)) * 1000, seed: 7 }, latency }
const busy = { clients: 1, concurrency }
const share = (1000 / rate) * clients
const arms = [
  { name: "direct", ...greedy },
  { name: "nginx", ...greedy, through: "nginx" },
  { name: "bottleneck", ...greedy, minTime: share },
  ...[0, 1, 2, 3].map(quarter => ({ name: `gateway-${quarter}`, ...greedy, through: "gateway", phase: (quarter * window) / 4 + 0.1 })),
  { name: "bursts-direct", ...bursts },
  { name: "bursts-nginx", ...bursts, through: "nginx" },
  { name: "bursts-gateway", ...bursts, through: "gateway" },
  { name: "busy-bottleneck", ...busy, minTime: share },
  { name: "busy-gateway", ...busy, through: "gateway" },
]
const through = way => arms.filter(arm => arm.through === way)
let standstill = 0
const world = new World(said.published, said.work)
try {
  await world.startSandbox(Object.fromEntries(arms.map(arm => [arm.name, { size: limit, window, phase: arm.phase }])))
  for (const arm of arms.filter(arm => arm.latency)) {
    await world.control("POST", "faults", { connection: arm.name, delay_ms: arm.latency })
  }
  const nginx = await world.startNginx(through("nginx").map(arm => arm.name), { rate })
  const caller = (arm, number) => `${arm.name}-${number}`
  const gateway = await world.startGateway({
    credentials: Object.fromEntries(through("gateway").map(arm => [arm.name, "Standard"])),
    // Four callers each, even where only one of them is busy.
    callers: Object.fromEntries(through("gateway").flatMap(arm => Array.from({ length: clients }, (_, number) => [caller(arm, number), { credential: arm.name }]))),
    settings: plan("Standard", limit, window),
  })

  // Excluded are the beginning, until the effect of the initial burst is over in every arm, and the last window, which is incomplete.
  const startAt = Date.now() + 3000 + 300 * sum(arms.map(arm => arm.clients))
  const endAt = startAt + (windows + 2.5) * window * 1000
  console.error(`bench/quota: ${arms.length} arms, until ${new Date(endAt).toISOString().slice(11, 19)} UTC`)
  const watch = watchStandstill(startAt)
  await Promise.all(
    arms.map(async arm => {
      const [url, key] = arm.through === "gateway" ? [gateway, keyOf] : [arm.through === "nginx" ? nginx[arm.name] : world.sandbox, () => tokenOf(arm.name)]
      const { concurrency, bursts, minTime } = arm
      arm.outputs = await Promise.all(
        Array.from({ length: arm.clients }, (_, number) =>
          world.run(process.execPath, [clientProgram, JSON.stringify({ url, token: key(caller(arm, number)), startAt, endAt, concurrency, bursts, minTime })])),
      )
    }),
  )
  standstill = watch()
  const seen = await world.control("GET", "windows")
  for (const arm of arms) {
    arm.figures = figures(arm, seen[arm.name].windows, startAt)
  }
} finally {
  world.stop()
}

/** The longest time in milliseconds, from `from` on, for which this process (and so most likely the others) could not run. */
function watchStandstill(from) {
  let [last, longest] = [from, 0]
  const timer = setInterval(() => {
    const now = Date.now()
    longest = now < from ? 0 : Math.max(longest, now - Math.max(last, from) - 5)
    last = now
  }, 5)
  return () => (clearInterval(timer), longest)
}

/** Figures of complete windows after the beginning. */
function figures(arm, seen, startAt) {
  const whole = seen.filter(({ start }) => Date.parse(start) >= startAt + 1.5 * window * 1000).slice(0, windows)
  const from = Date.parse(whole[0].start)
  const inTime = arm.outputs.map(output => JSON.parse(output).filter(([, ended]) => ended >= from && ended < from + whole.length * window * 1000))
  const good = inTime.map(calls => calls.filter(([, , error]) => error === ""))
  const times = good.flat().map(([began, ended]) => ended - began)
  return {
    perWindow: sum(good.map(calls => calls.length)) / whole.length,
    // Over the whole run, including the beginning.
    refused: sum(seen.map(({ refused }) => refused)),
    failed: sum(inTime.map(calls => calls.length)) - times.length,
    range: `${Math.min(...whole.map(({ admitted }) => admitted))}–${Math.max(...whole.map(({ admitted }) => admitted))}`,
    times,
    jain: jain(good.map(calls => calls.length)),
  }
}

const named = name => arms.find(arm => arm.name === name).figures
const label = name => name.replace(/^(bursts|busy)-/, "").replace(/^gateway-(\d)$/, (_, quarter) => `gateway, windows from ${arms.find(arm => arm.name === name).phase.toFixed(1)} s`)

console.log(`\nGreedy: ${clients} processes with ${concurrency} calls at once each; ${limit} requests per ${window} s allowed; ${windows} windows\n`)
table(
  ["arm", "useful calls/window", "of the limit", "least–most", "upstream 429", "failed calls", "p50 s", "p95 s", "p99 s", "Jain"],
  arms.filter(arm => arm.clients > 1).map(({ name, figures: f }) => [
    label(name), f.perWindow.toFixed(1), percent(f.perWindow / limit), f.range, f.refused, f.failed,
    ...[0.5, 0.95, 0.99].map(part => seconds(percentile(f.times, part))), f.jain.toFixed(4),
  ]),
)

const burstOf = name => median(named(`bursts-${name}`).times)
console.log(`\nBursts of 6 calls, ${percent(0.6)} of the limit, an upstream that takes ${latency} ms\n`)
table(
  ["arm", "p50 s", "to direct", "p95 s", "p99 s", "upstream 429", "failed calls"],
  ["direct", "nginx", "gateway"].map(name => {
    const f = named(`bursts-${name}`)
    return [name, seconds(burstOf(name)), (burstOf(name) / burstOf("direct")).toFixed(2), seconds(percentile(f.times, 0.95)), seconds(percentile(f.times, 0.99)), f.refused, f.failed]
  }),
)

console.log(`\nOne of ${clients} clients is busy, the others send nothing\n`)
table(
  ["arm", "useful calls/window", "of the limit", "upstream 429"],
  ["bottleneck", "gateway"].map(name => {
    const f = named(`busy-${name}`)
    return [name, f.perWindow.toFixed(1), percent(f.perWindow / limit), f.refused]
  }),
)

const gateways = through("gateway").map(arm => arm.figures)
const greedyOnes = arms.filter(arm => arm.through === "gateway" && arm.clients > 1).map(arm => arm.figures)
const margin = (window * 1000) / 120
const isNever429 = gateways.every(f => f.refused === 0)
const noneFails = gateways.every(f => f.failed === 0)
aims([
  [isNever429, "the gateway never gets a 429, wherever the windows begin"],
  [noneFails, "no call through the gateway fails"],
  [greedyOnes.every(f => f.perWindow >= 0.98 * limit), "at least 98 % of the limit is used through the gateway"],
  [burstOf("gateway") <= 1.3 * burstOf("direct"), "bursts through the gateway take at most 1.3 times as long as direct ones"],
  [named("busy-gateway").perWindow >= 0.98 * limit, "a busy client has the limit to itself while the others are quiet"],
])
console.log(`\nThe longest stall of the bench's own process was ${standstill.toFixed(0)} ms; the window margin is ${margin.toFixed(0)} ms.`)
// A busy machine does not fail the run: a request that is sent early and delayed on its way arrives in the next window.
process.exitCode = noneFails && (isNever429 || standstill > margin / 2) ? 0 : 1
