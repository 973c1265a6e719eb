import { Agent } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { parseArgs } from "node:util"
import { aims, median, percent, percentile, sum, table } from "../common/figures.mjs"
import { World, call, plan } from "../common/world.mjs"
import { ask } from "./faults.mjs"

const { values: said } = parseArgs({
  options: { published: { type: "string" }, work: { type: "string" }, only: { type: "string", default: "time,memory,many" } },
})
const goals = []
for (const [name, measure] of Object.entries({ time, memory, many })) {
  if (said.only.split(",").includes(name)) {
    const world = new World(said.published, said.work)
    try {
      await measure(world)
    } finally {
      world.stop()
    }
  }
}
process.exitCode = aims(goals) ? 0 : 1

/** One request at a time, below the limit, with a store and without one: nine interleaved rounds. */
async function time(world) {
  const window = 60
  await world.startSandbox({ with: { size: 100_000, window }, without: { size: 100_000, window } })
  const redis = await world.startRedis()
  const urls = {
    without: await world.startGateway(settings(["without"], plan("Standard", 600, window))),
    with: await world.startGateway(settings(["with"], { ...plan("Standard", 600, window), ...store(redis) })),
  }
  const rounds = { with: [], without: [] }
  const agents = { with: new Agent({ keepAlive: true }), without: new Agent({ keepAlive: true }) }
  for (let round = -1; round < 9; round++) {
    for (const name of ["without", "with"]) {
      const took = []
      for (let number = 0; number < 40; number++) {
        const begun = performance.now()
        await call(agents[name], urls[name], name)
        took.push(performance.now() - begun)
        await sleep(110)
      }
      if (round >= 0) {
        rounds[name].push(percentile(took, 0.5))
      }
    }
  }
  const added = median(rounds.with.map((value, round) => value - rounds.without[round]))
  console.log("\nOne request at a time, median of each of nine interleaved rounds of 40, in ms\n")
  table(["", "lowest", "median", "highest"], Object.entries(rounds).map(
    ([name, values]) => [`${name} a store`, ...[Math.min(...values), median(values), Math.max(...values)].map(value => value.toFixed(2))]))
  console.log(`\nadded: ${added.toFixed(2)} ms (median of the differences)`)
  goals.push([added <= 0.3, "a question adds no more than 0.3 ms to a request"])
}

/** A full window of each plan, in a server with its default settings. */
async function memory(world) {
  const window = 60
  await world.startSandbox({ standard: { size: 180, window, phase: 1 }, business: { size: 600, window, phase: 1 } })
  const redis = await world.startRedis()
  const url = await world.startGateway({
    credentials: { standard: "Standard", business: "Business" },
    callers: { standard: { credential: "standard" }, business: { credential: "business" } },
    settings: store(redis),
  })
  const end = Date.now() + 75_000
  await Promise.all(["standard", "business"].flatMap(name => Array.from({ length: 20 }, () => load(url, name, end))))
  const rows = {}
  for (const key of keys(await ask(redis.port, "KEYS ngw:*"))) {
    const connection = key.match(/\{(.*)\}/)[1]
    const bytes = Number((await ask(redis.port, `MEMORY USAGE ${key} SAMPLES 0`)).slice(1))
    rows[connection] = { ...rows[connection], [key.slice(key.lastIndexOf(":") + 1)]: bytes }
  }
  console.log("\nMemory of a connection with a full window, all keys\n")
  // Before Notion has named the bot, a connection has another name, and hardly anything under it.
  const sizes = Object.entries(rows).filter(([name]) => name !== "replicas").map(([, parts]) => sum(Object.values(parts)) / 1024).sort((a, b) => a - b).slice(-2)
  table(["plan", "KiB in Redis"], sizes.map((size, number) => [["Standard (180)", "Business (600)"][number], size.toFixed(1)]))
  goals.push([sizes[0] <= 40, "a Standard connection needs no more than 40 KiB"], [sizes[1] <= 80, "a Business connection needs no more than 80 KiB"])
}

/** 500 Standard connections on three gateways, 50 of them saturated. */
async function many(world) {
  const names = Array.from({ length: 500 }, (_, number) => `connection-${number}`)
  await world.startSandbox(Object.fromEntries(names.map((name, number) => [name, { size: 180, window: 60, phase: number % 60 }])))
  const redis = await world.startRedis()
  const urls = []
  for (let number = 0; number < 3; number++) {
    urls.push(await world.startGateway(settings(names, store(redis))))
  }

  // The first minute fills the windows; the second is measured.
  const end = Date.now() + 125_000
  const running = urls.flatMap(url => [
    ...names.slice(0, 50).flatMap(name => Array.from({ length: 3 }, () => load(url, name, end))),
    ...names.slice(50).map(name => load(url, name, end, 15_000)),
  ])
  await sleep(62_000)
  const before = await state(redis)
  await sleep(60_000)
  const after = await state(redis)
  const permits = (await Promise.all(running)).flat().filter(at => at > after.at - 60_000 && at <= after.at).length
  const share = (after.cpu - before.cpu) / ((after.at - before.at) / 1000)
  const [questions, spent] = [after.calls - before.calls, after.usec - before.usec]
  console.log("\n500 Standard connections on three gateways, 50 of them saturated, one minute\n")
  table(["Redis, of a core", "scripts a second", "us a script", "requests a second", "scripts a request"], [[
    percent(share), (questions / 60).toFixed(0), (spent / questions).toFixed(0), (permits / 60).toFixed(0), (questions / permits).toFixed(1),
  ]])
  goals.push([share < 0.15, "500 connections need less than 15 % of a core"])
}

function settings(names, more) {
  return {
    credentials: Object.fromEntries(names.map(name => [name, "Standard"])),
    callers: Object.fromEntries(names.map(name => [name, { credential: name }])),
    settings: more,
  }
}

function store(redis) {
  return { "Shared:Redis:Endpoints:0": `127.0.0.1:${redis.port}`, "Shared:Redis:Tls": "false", "FlowControl:Replicas": 3 }
}

function keys(said) {
  return said.split("\r\n").filter(line => line.startsWith("ngw:"))
}

/** Processor time of the server and of its scripts, in seconds and microseconds. */
async function state(redis) {
  const text = await ask(redis.port, "INFO everything")
  const number = name => Number(text.match(new RegExp(`${name}:([0-9.]+)`))[1])
  const scripts = ["eval", "evalsha"].map(name => text.match(new RegExp(`cmdstat_${name}:calls=(\\d+),usec=(\\d+)`))).filter(Boolean)
  return {
    at: Date.now(),
    cpu: number("used_cpu_sys") + number("used_cpu_user"),
    calls: sum(scripts.map(([, calls]) => Number(calls))),
    usec: sum(scripts.map(([, , usec]) => Number(usec))),
  }
}

/** Calls until the end, one after the other or at a fixed pace; returns when each answer came. */
async function load(url, name, end, every = 0) {
  const agent = new Agent({ keepAlive: true })
  const done = []
  await sleep(Math.random() * every)
  while (Date.now() < end) {
    const begun = Date.now()
    if ((await call(agent, url, name)) === 200) {
      done.push(Date.now())
    }
    await sleep(Math.max(0, Math.min(begun + every, end) - Date.now()))
  }
  agent.destroy()
  return done
}
