import { setTimeout as sleep } from "node:timers/promises"
import { parentPort, workerData } from "node:worker_threads"
import { ask } from "./common.mjs"

// The same read about every five milliseconds: how long each hit took, by phase of the bench, and how many requests failed.
const { gateway, path } = workerData
const phases = [[]]
let [running, failed] = [true, 0]
parentPort.on("message", message => (message === "stop" ? (running = false) : phases.unshift([])))
while (running) {
  const began = performance.now()
  const { status, headers } = await ask(gateway, { caller: "site", path })
  failed += status === 200 ? 0 : 1
  if (headers["cache-status"]?.includes("; hit;")) {
    phases[0].push(performance.now() - began)
  }
  await sleep(5)
}
parentPort.postMessage({ phases: phases.reverse(), failed })
parentPort.close()
