// Callers at addresses of their own, as a process of its own: node callers.mjs FILE
// FILE says { url, begin, end, callers: [{ name, address, rate, secrets }] }, times in milliseconds since 1970. Each sends so many requests a second,
// whether or not they are answered, and takes another secret each second. What comes before begin does not count: connections are opened, code is compiled.
import { readFileSync } from "node:fs"
import { Agent, request } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"

const { url, begin, end, callers } = JSON.parse(readFileSync(process.argv[2], "utf8"))

async function call({ name, address, rate, secrets }) {
  const agent = new Agent({ keepAlive: true, localAddress: address, maxSockets: 64 })
  const [times, others, waiting, started] = [[], [], [], Date.now()]
  for (let sent = 0; Date.now() < end; sent++) {
    await sleep(Math.max(0, started + (sent * 1000) / rate - Date.now()))
    const now = Date.now()
    const [asked, counts] = [performance.now(), now >= begin]
    waiting.push(
      ask(agent, secrets[Math.floor((now - started) / 1000) % secrets.length]).then(status => {
        if (counts) {
          times.push(performance.now() - asked)
          others.push(...(status === 200 ? [] : [status]))
        }
      }),
    )
  }
  await Promise.all(waiting)
  agent.destroy()
  return { name, times, others }
}

function ask(agent, secret) {
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

console.log(JSON.stringify(await Promise.all(callers.map(call))))
