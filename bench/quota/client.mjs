import { Client } from "@notionhq/client"
import Bottleneck from "bottleneck"
import { setTimeout as sleep } from "node:timers/promises"

// One client in its own process. The argument says what it does; it prints one line of JSON: start, end and error of each call.
const { url, token, startAt, endAt, concurrency, bursts, minTime } = JSON.parse(process.argv[2])
const client = new Client({ auth: token, baseUrl: url, logger: () => {} })
const limiter = minTime ? new Bottleneck({ minTime }) : null
const calls = []

async function call() {
  const began = Date.now()
  try {
    await (limiter ? limiter.schedule(() => client.users.me({})) : client.users.me({}))
    calls.push([began, Date.now(), ""])
  } catch (error) {
    calls.push([began, Date.now(), error.code ?? error.message])
    // Do not retry a failed call immediately.
    await sleep(100)
  }
}

async function greedy() {
  while (Date.now() < endAt) {
    await call()
  }
}

async function inBursts({ size, gap, seed }) {
  while (Date.now() < endAt) {
    for (let i = 0; i < size; i++) {
      call()
    }
    // Not in step with the windows, and the same for every arm.
    seed = (seed * 1103515245 + 12345) % 2147483648
    await sleep(gap * (0.7 + (0.6 * seed) / 2147483648))
  }
}

await sleep(startAt - Date.now())
bursts ? inBursts(bursts) : Array.from({ length: concurrency }, greedy)
await sleep(endAt - Date.now())
process.stdout.write(JSON.stringify(calls), () => process.exit(0))
