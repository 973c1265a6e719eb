// Strangers at fifty addresses, as a process of its own: node flood.mjs FILE
// FILE says { url, begin, end, rate, secrets }, times in milliseconds since 1970. The gateway closes a connection after eight requests without
// authentication, so each connection sends eight at once and is followed by another.
import { readFileSync } from "node:fs"
import { connect } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"

const { url, begin, end, rate, secrets } = JSON.parse(readFileSync(process.argv[2], "utf8"))
const { hostname, port } = new URL(url)
const each = 8
const statuses = {}
const open = new Set()
let connections = 0

const count = (status, times = 1) => (statuses[status] = (statuses[status] ?? 0) + times)

function attack() {
  const socket = connect({ port, host: hostname, localAddress: `127.0.0.${2 + (connections % 50)}` })
  const first = connections++ * each
  let [requests, answers] = ["", ""]
  for (let index = first; index < first + each; index++) {
    requests += `GET /v1/users/me HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer ${secrets[index % secrets.length]}\r\n\r\n`
  }
  open.add(socket)
  socket.write(requests)
  socket.setEncoding("latin1").setTimeout(5000, () => socket.destroy())
  socket.on("data", text => (answers += text))
  socket.on("error", error => count(error.code))
  socket.on("close", () => {
    open.delete(socket)
    for (const [, status] of answers.matchAll(/HTTP\/1\.1 (\d\d\d)/g)) {
      count(status)
    }
  })
}

await sleep(begin - Date.now())
while (Date.now() < end) {
  for (let due = ((Date.now() - begin) / 1000) * (rate / each); connections < due; ) {
    attack()
  }
  await sleep(2)
}
for (let wait = 0; open.size > 0 && wait < 100; wait++) {
  await sleep(50)
}
open.forEach(socket => socket.destroy())
console.log(JSON.stringify({ sent: connections * each, statuses }))
process.exit()
