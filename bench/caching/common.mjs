import { Agent, request } from "node:http"
import { keyOf } from "../common/world.mjs"

const agents = new Map()

/** One request of a caller; the status, the head and the text. */
export function ask(url, { caller, method = "GET", path, body, headers = {} }) {
  if (!agents.has(url)) {
    agents.set(url, new Agent({ keepAlive: true, maxSockets: Infinity }))
  }
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}${path}`,
      {
        agent: agents.get(url),
        method,
        headers: {
          ...(caller ? { authorization: `Bearer ${keyOf(caller)}` } : {}),
          "notion-version": "2025-09-03",
          ...(body ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {}),
          ...headers,
        },
      },
      answer => {
        let text = ""
        answer.setEncoding("utf8")
        answer.on("data", part => (text += part)).on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }))
      },
    )
    sent.on("error", reject).end(body)
  })
}

/** How many requests the sandbox has had of a connection since its counts were forgotten. */
export async function sentTo(world, connection) {
  const windows = await world.control("GET", "windows")
  return windows[connection].windows.reduce((sum, window) => sum + window.arrived, 0)
}

export const forgetCounts = world => world.control("DELETE", "windows")

/** A duration as a setting has it. */
export const duration = seconds => {
  const whole = Math.floor(seconds)
  const clock = new Date(whole * 1000).toISOString().slice(11, 19)
  return `${clock}.${String(Math.round((seconds - whole) * 10_000_000)).padStart(7, "0")}`
}

/** The sum of a metric's series that have these labels. */
export async function metric(world, gateway, name, labels = "") {
  const page = await (await fetch(`${world.managementOf(gateway)}/metrics`)).text()
  return page
    .split("\n")
    .filter(line => line.startsWith(name) && line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf("}") + 1).trim().split(" ")[0]), 0)
}

export const times = value => `${value.toFixed(value < 10 ? 1 : 0)} ×`
