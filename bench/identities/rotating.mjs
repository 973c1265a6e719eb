// A caller at an address of its own that takes another token each second, as a process of its own: node rotating.mjs FILE
// FILE says { url, begin, end, address, rate, secrets }, times in milliseconds since 1970. It sends so many requests a second, whether or not
// they are answered. What comes before begin does not count: connections are opened, code is compiled.
import { readFileSync } from "node:fs"
import { Agent, request } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"
import { percentile } from "../common/figures.mjs"

const { url, begin, end, address, rate, secrets } = JSON.parse(readFileSync(process.argv[2], "utf8"))
const agent = new Agent({ keepAlive: true, localAddress: address, maxSockets: 64 })
const [times, waiting, started] = [[], [], Date.now()]
let other = 0

function ask(secret) {
  return new Promise(resolve => {
    request(`${url}/v1/users/me`, { agent, headers: { Authorization: `Bearer ${secret}` }, timeout: 10_000 }, answer =>
      answer.resume().on("end", () => resolve(answer.statusCode)).on("error", error => resolve(error.code)),
    )
      .on("timeout", function () {
        this.destroy()
      })
      .on("error", error => resolve(error.code ?? error.message))
      .end()
  })
}

for (let sent = 0; Date.now() < end; sent++) {
  await sleep(Math.max(0, started + (sent * 1000) / rate - Date.now()))
  const now = Date.now()
  const [asked, counts] = [performance.now(), now >= begin]
  waiting.push(
    ask(secrets[Math.floor((now - started) / 1000) % secrets.length]).then(status => {
      if (counts) {
        times.push(performance.now() - asked)
        other += status === 200 ? 0 : 1
      }
    }),
  )
}
await Promise.all(waiting)
agent.destroy()
console.log(JSON.stringify({ p99: percentile(times, 0.99), asked: times.length, other }))
