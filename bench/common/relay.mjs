// A TCP relay as a process of its own: node relay.mjs LISTEN-HOST:PORT TARGET-HOST:PORT [ROUND-TRIP-MS]
// Every piece arrives half the round trip later in each direction.
import { connect, createServer } from "node:net"

const [listen, target, roundTrip = "0"] = process.argv.slice(2)
const delay = Number(roundTrip) / 2
const place = text => ({ host: text.slice(0, text.lastIndexOf(":")), port: Number(text.slice(text.lastIndexOf(":") + 1)) })

createServer({ noDelay: true }, near => {
  const far = connect({ ...place(target), noDelay: true })
  pass(near, far)
  pass(far, near)
}).listen(place(listen))

function pass(from, to) {
  const later = act => (delay === 0 ? act() : setTimeout(act, delay))
  from.on("data", data => later(() => to.destroyed || to.write(data)))
  from.on("close", () => later(() => to.destroy()))
  from.on("error", () => {})
}
