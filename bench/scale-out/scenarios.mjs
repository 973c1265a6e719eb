// What is done to three gateways and a Redis, and what must still be true. Times in windows of `window` seconds.
import { ask, Island, startCluster, startRedisWithClock, startSentinels } from "./faults.mjs"

/** A connection for each phase of Notion's windows, and a caller of it on every gateway. */
export const phases = (window, workers = 6) => [0, 1, 2].map(third => ({
  name: `caller-${third}`, connection: `phase-${third}`, phase: (third * window) / 3 + 0.1, workers,
}))

const one = (name, more) => ({ name, connection: "phase-0", phase: 0.1, workers: 6, ...more })

const endpoints = ports => Object.fromEntries(ports.map((port, number) => [`Shared:Redis:Endpoints:${number}`, `127.0.0.1:${port}`]))

export function scenarios(window) {
  const first = window < 30 ? 3 : 2 // The window in which it begins.
  const outage = 30 / window
  const after = window < 30 ? 6 : 2
  const down = { length: first + outage + after, least: 0.8, from: first, to: first + outage, backWithin: 2 }
  const repeated = [0, 1, 2].map(number => first + 2 * number)
  return [
    { name: "steady", length: window < 30 ? 8 : 4, least: 0.97, from: 1 },
    {
      name: "one, three, one", gateways: 1, length: 12, least: 0.95, from: 1,
      events: [[3, async it => { await it.start(); await it.start() }], [7, async it => { await it.leave(2); await it.leave(1) }]],
    },
    { name: "rolling restart", length: 12, least: 0.95, from: 1, events: [0, 1, 2].map(number => [3 + 2 * number, async it => { await it.start(); await it.leave(number) }]) },
    { name: "gateway killed", length: 5, least: 0.6, from: 3, to: 5, mayFail: true, events: [[3, it => it.kill(2)]] },
    { name: "gateway killed, later", length: 12, least: 0.97, from: 6, to: 12, mayFail: true, events: [[3, it => it.kill(2)]] },
    { name: "Redis frozen", ...down, events: [[first, it => it.redis.signal("SIGSTOP")], [first + outage, it => (it.redis.signal("SIGCONT"), it.isBack())]] },
    { name: "Redis away, back empty", ...down, events: [[first, it => it.redis.kill()], [first + outage, async it => { await it.restartRedis(); it.isBack() }]] },
    { name: "Redis restarted empty", length: 8, least: 0.9, from: 4, to: 8, events: [[3, async it => { await it.redis.kill(); await it.restartRedis() }]] },
    { name: "FLUSHALL once", ...down, backWithin: undefined, events: [[first, it => ask(it.redis.port, "FLUSHALL")]] },
    { name: "FLUSHALL three times", length: 12, least: 0.7, from: 3, to: 12, events: repeated.map(at => [at, it => ask(it.redis.port, "FLUSHALL")]) },
    { name: "SCRIPT FLUSH three times", length: 10, least: 0.95, from: 1, events: repeated.map(at => [at, it => ask(it.redis.port, "SCRIPT FLUSH")]) },
    { name: "cluster of three", length: 8, least: 0.97, from: 1, prepare: async it => (it.redisSettings = endpoints(await startCluster(it.world))) },
    {
      name: "failover that loses 3 s", length: 12, least: 0.6, from: 3, to: 12,
      prepare: async it => {
        it.sentinels = await startSentinels(it.world)
        it.redisSettings = { "Shared:Redis:SentinelService": "ngw", ...endpoints(it.sentinels.sentinels) }
      },
      events: [[3, it => { it.sentinels.replica.signal("SIGSTOP"); return ask(it.sentinels.primary.port, "CLIENT KILL TYPE replica") }],
        [3 + 3 / window, async it => { await it.sentinels.primary.kill(); it.sentinels.replica.signal("SIGCONT"); it.isBack() }]],
    },
    {
      name: "one cut off for 60 s", length: 3 + 60 / window + 4, least: 0.9, from: 3, to: 3 + 60 / window,
      // The bound of the page: the limit for two windows after the cut, then a third more until all are back. A window counts for the time of its end.
      most: (limit, begins) => (begins + 1 >= 3 + 2 && begins < 3 + 60 / window + 1 ? (limit * 4) / 3 : limit), mayRefuse: true,
      prepare: async it => {
        it.island = new Island()
        await it.island.open(it.world, it.redis.port)
      },
      events: [[3, it => it.island.cut()], [3 + 60 / window, it => it.island.heal()]],
    },
    { name: "round trip 200 ms", length: 10, least: 0.95, from: 2, roundTrip: 200 },
    { name: "round trip 400 ms", length: 20, least: 0, from: 2, roundTrip: 400, changesAMinute: 2 },
    { name: "CLIENT KILL 100 times", length: 12, least: 0.5, from: 3, to: 12, events: [[3, async it => {
      for (let number = 0; number < 100; number++) {
        await ask(it.redis.port, "CLIENT KILL TYPE normal")
      }
    }]] },
    {
      name: "memory full", length: 14, least: 0.6, from: 3, to: 8,
      events: [[3, it => ask(it.redis.port, "CONFIG SET maxmemory 1")], [8, async it => { await ask(it.redis.port, "CONFIG SET maxmemory 0"); it.isBack() }]],
    },
    {
      name: "read-only for 30 s", length: 14, least: 0.6, from: 3, to: 8,
      events: [[3, it => ask(it.redis.port, `REPLICAOF 127.0.0.1 1`)], [8, async it => { await ask(it.redis.port, "REPLICAOF NO ONE"); it.isBack() }]],
    },
    ...[2, 3600, -3600].map(offset => ({
      name: `clock ${offset} s`, length: 14, least: 0, from: 3, to: 14,
      prepare: async it => (it.redis = await startRedisWithClock(it.world)),
      events: [[3, it => it.redis.setClock(offset)]],
    })),
    {
      name: "A on one, B on three", length: 10, least: 0.9, from: 2, shares: { a: 0.5, b: 0.5 },
      callers: [one("a", { at: [0] }), one("b")],
    },
    {
      name: "A on one, B on three, weights 1:3", length: 10, least: 0.9, from: 2, shares: { a: 0.25, b: 0.75 },
      callers: [one("a", { at: [0], weight: 1 }), one("b", { weight: 3 })],
    },
    {
      name: "quiet C on three, 1,000 of B wait on one", length: 10, least: 0.9, from: 2, waits: "c",
      callers: [one("b", { at: [0], workers: 1000 }), one("c", { at: [2], workers: 1, every: 1500 })],
    },
  ]
}
