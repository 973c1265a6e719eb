import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { Worker } from "node:worker_threads"
import { percentile } from "../common/figures.mjs"
import { asRoot, freePort, keyOf, tokenOf } from "../common/world.mjs"
import { ask, forgetCounts, metric, sentTo, times } from "./common.mjs"

const page = "/v1/pages/5eed0001-0000-4000-8000-000000000001"
/** New keys a second in the first part of the memory row: what 330 connections may read at Notion's limit. */
const pace = 1000
const none = { size: 1_000_000_000, window: 1 }

/** What a hit costs: the gateway's answers from memory, an empty endpoint with the same bytes, forwarded reads, and nginx. All in one run, interleaved. */
export async function hits(world, { published, work, seconds }) {
  await world.startSandbox({ default: none })
  const gateway = await start(world, {})
  const body = join(work, "body.json")
  writeFileSync(body, (await ask(gateway, { caller: "site", path: page })).text)
  const [empty, nginx] = [`http://127.0.0.1:${await freePort()}`, await startNginx(world)]
  world.start(join(published, "empty/empty-kestrel"), ["--urls", empty, "--body", body])
  await sleep(2000)
  const arms = {
    hits: { url: gateway + page, key: keyOf("site") },
    empty: { url: empty + page, key: keyOf("site") },
    forwarded: { url: gateway + page, key: keyOf("plain") },
    nginx: { url: nginx + page, key: tokenOf("default") },
  }
  for (const arm of Object.values(arms)) {
    await wrk(world, arm, 2)
    arm.runs = []
  }
  await forgetCounts(world)
  let permits = 0
  for (let round = 0; round < 5; round++) {
    for (const [name, arm] of Object.entries(arms)) {
      const before = await sentTo(world, "default")
      arm.runs.push(await wrk(world, arm, seconds / 5))
      permits += name === "hits" ? (await sentTo(world, "default")) - before : 0
    }
  }
  const rate = name => percentile(arms[name].runs.map(run => run.rate), 0.5)
  const [p99, emptyP99] = ["hits", "empty"].map(name => percentile(arms[name].runs.map(run => run.p99), 0.5))
  const [toEmpty, toForwarded] = [rate("hits") / rate("empty"), rate("hits") / rate("forwarded")]
  const bad = Object.values(arms).reduce((sum, arm) => sum + arm.runs.reduce((errors, run) => errors + run.bad, 0), 0)
  return [
    { workload: "hits, 16 connections", figure: "requests a second, to an empty Kestrel endpoint with the same bytes", measured: times(toEmpty), goal: "≥ 0.7 ×", met: toEmpty >= 0.7 && bad === 0 },
    { workload: "", figure: "to the gateway's own forwarded reads", measured: times(toForwarded), goal: "≥ 2 ×", met: toForwarded >= 2 },
    { workload: "", figure: "p99 (of the empty endpoint)", measured: `${p99.toFixed(2)} ms (${emptyP99.toFixed(2)} ms)`, goal: "< 2 ms", met: p99 < 2 },
    { workload: "", figure: "permits used by hits", measured: permits, goal: "0", met: permits === 0 },
    { workload: "", figure: "nginx proxy_cache, to the empty endpoint", measured: times(rate("nginx") / rate("empty")) },
  ]
}

/** Far more keys than fit: the bound, what a hit takes meanwhile, and whether callers' bodies still find memory. */
export async function memory(world, { keys }) {
  await world.startSandbox({ default: none })
  const [most, buffered] = [64 * 1_048_576, 96 * 1_048_576]
  const gateway = await start(world, { "Caching:MaxBytes": most, "Limits:MaxBufferedBytes": buffered })
  let [running, next, greatest, failed] = [true, 0, 0, 0]
  const watching = (async () => {
    while (running) {
      greatest = Math.max(greatest, await metric(world, gateway, "notion_gateway_cache_bytes"))
      await sleep(500)
    }
  })()
  // In a thread of its own, so that a busy event loop of the bench does not count as time of the gateway.
  const hitter = new Worker(new URL("hitter.mjs", import.meta.url), { workerData: { gateway, path: page } })
  const hitting = new Promise((resolve, reject) => hitter.on("message", resolve).on("error", reject))
  const fill = until =>
    Promise.all(
      Array.from({ length: 32 }, async () => {
        while (next < until) {
          const { status } = await ask(gateway, { caller: "site", path: `${page}?key=${next++}` })
          failed += status === 200 ? 0 : 1
        }
      }),
    )
  await fill(Math.min(keys, 70_000)) // The store is full.
  hitter.postMessage("next")
  const paced = Math.min(keys, next + 120 * pace)
  for (let tick = performance.now(); next < paced; tick += 20) {
    await Promise.all([fill(Math.min(paced, next + pace / 50)), sleep(Math.max(0, tick - performance.now()))])
  }
  hitter.postMessage("next")
  await fill(keys)
  running = false
  hitter.postMessage("stop")
  const [{ phases, failed: missed }] = await Promise.all([hitting, watching])
  failed += missed
  const text = JSON.stringify({ query: "x".repeat(1_048_576 - 100) })
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const answer = await ask(gateway, { caller: "plain", method: "POST", path: "/v1/search", body: text })
      return answer.headers["notion-gateway-reason"] ?? answer.status
    }),
  )
  const overloaded = statuses.filter(status => status === "overloaded").length
  const [, slowly, fast] = phases.map(waits => `${percentile(waits, 0.999).toFixed(1)} ms (${waits.length} hits)`)
  const resident = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${world.processOf(gateway)}/status`, "utf8"))[1]) / 1024
  return [
    { workload: `memory, ${keys} keys`, figure: "stored bytes at most, of MaxBytes", measured: `${((100 * greatest) / most).toFixed(1)} %`, goal: "≤ 105 %", met: greatest <= 1.05 * most && failed === 0 },
    { workload: "", figure: `p99.9 of hits while ${pace} new keys a second are stored`, measured: slowly, goal: "< 10 ms", met: parseFloat(slowly) < 10 },
    { workload: "", figure: "p99.9 of hits while they are stored as fast as two cores can", measured: fast },
    { workload: "", figure: "20 bodies of 1 MiB at once, cache full: overloaded", measured: overloaded, goal: "0", met: overloaded === 0 },
    { workload: "", figure: "resident memory of the process at most", measured: `${resident.toFixed(0)} MiB` },
  ]
}

const start = (world, settings) =>
  world.startGateway({
    credentials: { default: "Standard" },
    callers: { site: { credential: "default", cache: "bench" }, plain: { credential: "default" } },
    settings: {
      "FlowControl:Plans:Standard:RatePerSecond": 1_000_000,
      "FlowControl:Plans:Standard:Burst": 1_000_000,
      "FlowControl:Plans:Standard:WindowLimit": 100_000_000,
      "FlowControl:Plans:Standard:Window": "00:00:01",
      "Caching:Policies:bench:Ttl": "00:30:00",
      ...settings,
    },
  })

async function startNginx(world) {
  const port = await freePort()
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(kind => `${kind}_temp_path ${world.work}/hits-${kind};`).join(" ")
  writeFileSync(
    join(world.work, "nginx-hits.conf"),
    `${asRoot}worker_processes 1; daemon off; error_log stderr crit; pid ${world.work}/nginx-hits.pid;
events { worker_connections 4096; }
http { access_log off; ${paths} keepalive_requests 100000000;
  proxy_cache_path ${world.work}/nginx-hits keys_zone=notion:16m;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass ${world.sandbox}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost;
      proxy_cache notion; proxy_cache_valid 200 30m; proxy_ignore_headers Cache-Control Expires Vary Set-Cookie;
    }
  }
}
`,
  )
  world.start("nginx", ["-p", world.work, "-c", join(world.work, "nginx-hits.conf")])
  await sleep(1000)
  return `http://127.0.0.1:${port}`
}

async function wrk(world, { url, key }, seconds) {
  const output = await world.run("env", [`BENCH_KEY=${key}`, "wrk", "-t1", "-c16", `-d${Math.max(1, Math.round(seconds))}s`, "-s", "hits.lua", url])
  const [, rate, p50, p99, bad] = /RESULT (\S+) (\S+) (\S+) (\d+)/.exec(output)
  return { rate: Number(rate), p50: Number(p50), p99: Number(p99), bad: Number(bad) }
}
