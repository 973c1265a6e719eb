import { connect, constants } from "node:http2"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { aims, jain, median, percent, percentile, seconds, sum, table } from "../common/figures.mjs"
import { World, keyOf, plan } from "../common/world.mjs"

const { values: said } = parseArgs({
  options: {
    published: { type: "string" },
    work: { type: "string" },
    seconds: { type: "string", default: "600" },
    waiting: { type: "string", default: "1000" },
  },
})
const [duration, waiting] = [Number(said.seconds), Number(said.waiting)]
const window = 10
const rate = 3
// Shares do not depend on the rate; more permits show them more precisely.
const fastRate = 30
const busyCallers = 16
const quietEvery = 5000

/** The callers per credential, each with its weight and the number of requests it always has waiting. */
const weighted = [1, 2, 4].map(weight => ({ name: `weight-${weight}`, credential: "weights", weight, waiting: 40 }))
const equal = [5, 10, 20, 40, 80].map(number => ({ name: `with-${number}`, credential: "equal", weight: 1, waiting: number }))
const crowd = Array.from({ length: busyCallers }, (_, number) => ({ name: `busy-${number}`, credential: "crowd", weight: 1, waiting }))
const quiet = { name: "quiet", credential: "crowd", weight: 1 }
const everybody = [...weighted, ...equal, ...crowd, quiet]

const world = new World(said.published, said.work)
try {
  const none = { size: 1_000_000, window }
  await world.startSandbox({ weights: none, equal: none, crowd: { size: rate * window, window }, foil: { size: rate * window, window } })
  const nginx = (await world.startNginx(["foil"], { rate, http2: true, token: "foil" })).foil
  const gateway = await world.startGateway({
    http2: true,
    credentials: { weights: "Fast", equal: "Fast", crowd: "Standard" },
    callers: Object.fromEntries(everybody.map(({ name, credential, weight }) => [name, { credential, weight }])),
    settings: {
      ...plan("Standard", rate * window, window),
      ...plan("Fast", fastRate * window, window),
      "FlowControl:MaxQueuedRequests": 20_000,
      "FlowControl:MaxWait": "02:00:00",
    },
  })

  // Greedy callers first; the measurement starts when the queues are full and the first window is over.
  everybody.forEach(caller => Object.assign(caller, { done: [], failed: 0, asked: 0 }))
  for (const caller of [...weighted, ...equal, ...crowd]) {
    keepWaiting(gateway, caller)
  }
  const foil = { ...quiet, done: [], failed: 0, asked: 0 }
  const foilCrowd = { name: "foil", waiting: busyCallers * waiting, done: [], failed: 0 }
  keepWaiting(nginx, foilCrowd)
  await sleep((window + 10) * 1000)
  const from = Date.now()
  console.error(`bench/fairness: ${duration} s from now`)
  const until = from + duration * 1000
  await Promise.all([askNowAndThen(gateway, quiet, until), askNowAndThen(nginx, foil, until)])
  const length = Date.now() - from
  const permits = caller => caller.done.filter(({ at }) => at >= from && at < from + length).length
  report({ permits, length, foil, foilCrowd })
} finally {
  world.stop()
}
process.exit()

/** Always keeps the caller's number of requests waiting. */
function keepWaiting(url, caller) {
  const sessions = Array.from({ length: Math.ceil(caller.waiting / 100) }, () => open(url))
  const next = session => ask(session, caller).then(ok => (ok ? next(session) : sleep(1000).then(() => next(session))))
  for (let i = 0; i < caller.waiting; i++) {
    next(sessions[i % sessions.length])
  }
}

/** Sends a request now and then, however long the responses take, and does not wait long for the last one. */
async function askNowAndThen(url, caller, until) {
  const session = open(url)
  while (Date.now() < until - 2000) {
    caller.asked++
    ask(session, caller)
    // Not in step with the permits.
    await sleep(quietEvery * (0.8 + 0.4 * Math.random()))
  }
  await sleep(Math.max(0, until - Date.now()))
}

function open(url) {
  const session = connect(url)
  session.on("error", error => console.error(`bench/fairness: ${error.message}`))
  return session
}

/** One request; true if the response is 200. Records when, how long it took, and how long it waited according to the gateway. */
function ask(session, caller) {
  const began = performance.now()
  return new Promise(resolve => {
    const stream = session.request({ ":path": "/v1/users/me", authorization: `Bearer ${keyOf(caller.name)}`, "notion-version": "2022-06-28" })
    let head = {}
    stream.on("response", headers => (head = headers))
    stream.on("error", () => {})
    stream.on("close", () => {
      const ok = head[constants.HTTP2_HEADER_STATUS] === 200
      if (ok) {
        caller.done.push({ at: Date.now(), took: performance.now() - began, queued: Number(/queue;dur=([\d.]+)/.exec(head["server-timing"])?.[1]) })
      } else {
        caller.failed++
      }
      resolve(ok)
    })
    stream.resume()
    stream.end()
  })
}

function report({ permits, length, foil, foilCrowd }) {
  const all = group => sum(group.map(permits))
  const byWeight = sum(weighted.map(caller => caller.weight))
  const shares = weighted.map(caller => permits(caller) / all(weighted) / (caller.weight / byWeight))
  console.log(`\nGreedy callers with different weights, ${fastRate} permits a second, ${Math.round(length / 1000)} s\n`)
  table(
    ["weight", "always waiting", "permits", "share", "share relative to weight"],
    weighted.map((caller, index) => [caller.weight, caller.waiting, permits(caller), percent(permits(caller) / all(weighted)), shares[index].toFixed(4)]),
  )
  const index = jain(equal.map(permits))
  console.log("\nGreedy callers with equal weights\n")
  table(["always waiting", "permits", "share"], equal.map(caller => [caller.waiting, permits(caller), percent(permits(caller) / all(equal))]))
  console.log(`\nJain's index ${index.toFixed(6)}`)

  const interval = 1000 / rate
  const row = (name, caller, waits, others) => {
    const [half, most, longest] = [median(waits), percentile(waits, 0.99), Math.max(...waits)]
    const none = caller.done.length === 0
    return [
      name, caller.asked, caller.done.length, ...(none ? ["-", "-", `> ${Math.round(length / 1000)}`, "-"] : [half, most, longest].map(seconds).concat((most / interval).toFixed(2))), others,
    ]
  }
  const waits = quiet.done.map(({ queued }) => queued)
  const p99 = percentile(waits, 0.99)
  console.log(`\nOne quiet caller (a request every ${quietEvery / 1000} s) next to ${busyCallers} with ${waiting} requests waiting each, ${rate} permits a second\n`)
  table(
    ["arm", "requests", "answered", "wait p50 s", "p99 s", "longest s", "p99 in permit intervals", "permits of the others"],
    [
      row("gateway", quiet, waits, all(crowd)),
      row("nginx limit_req", foil, foil.done.map(({ took }) => took), permits(foilCrowd)),
    ],
  )
  console.log(`\nJain's index of the ${busyCallers}: ${jain(crowd.map(permits)).toFixed(6)}; requests that failed: ${sum(everybody.map(caller => caller.failed))}, behind nginx ${foilCrowd.failed}`)

  const isRight = aims([
    [sum(everybody.map(caller => caller.failed)) === 0, "no request through the gateway fails"],
    [shares.every(part => Math.abs(part - 1) <= 0.02), "shares are within 2 % of the weights"],
    [index >= 0.99, "Jain's index of equal callers is at least 0.99"],
  ])
  aims([[quiet.done.length > 0 && p99 <= 2 * interval, "the quiet caller waits at most two permit intervals (p99)"]])
  process.exitCode = isRight && quiet.done.length > 0 ? 0 : 1
}
