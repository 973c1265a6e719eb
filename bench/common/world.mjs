import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { writeFileSync } from "node:fs"
import { request } from "node:http"
import { connect, createServer } from "node:net"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"

/** A simulated Notion, the gateway and nginx as processes of one bench, all on loopback. */
export class World {
  #published
  #processes = []
  #gateways = new Map()

  constructor(published, work) {
    this.#published = published
    this.work = work
  }

  /** Starts the sandbox with a connection for each name; limits are { size, window, phase } in seconds. */
  async startSandbox(limits) {
    const port = await freePort()
    const tokens = Object.keys(limits).flatMap(name => ["--token", `${name}=${tokenOf(name)}`])
    this.#spawn(join(this.#published, "sandbox/notion-sandbox"), ["--port", port, "--quiet", ...tokens])
    this.sandbox = `http://127.0.0.1:${port}`
    await until(() => answers(`${this.sandbox}/_sandbox/connections`), "the sandbox")
    for (const [connection, { size, window, phase }] of Object.entries(limits)) {
      await this.control("PUT", "limits", { connection, size, window_seconds: window, phase_seconds: phase ?? 0 })
    }
  }

  async control(method, path, body) {
    const answer = await fetch(`${this.sandbox}/_sandbox/${path}`, { method, body: body && JSON.stringify(body) })
    if (!answer.ok) {
      throw new Error(`the sandbox answers ${answer.status} to ${method} ${path}: ${await answer.text()}`)
    }
    return answer.json()
  }

  /** Starts nginx with a server for each name that paces requests with limit_req; returns the addresses. */
  async startNginx(names, { rate, http2 = false, token }) {
    const addresses = {}
    let servers = ""
    for (const name of names) {
      const port = await freePort()
      addresses[name] = `http://127.0.0.1:${port}`
      servers += `
  limit_req_zone $server_name zone=${name}:1m rate=${Math.round(rate * 60)}r/m;
  server {
    listen 127.0.0.1:${port}${http2 ? " http2" : ""}; server_name ${name};
    location / {
      limit_req zone=${name} burst=100000;
      proxy_pass ${this.sandbox}; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host localhost;
      ${token ? `proxy_set_header Authorization "Bearer ${tokenOf(token)}";` : ""}
    }
  }`
    }
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(kind => `${kind}_temp_path ${this.work}/nginx-${kind};`).join(" ")
    writeFileSync(join(this.work, "nginx.conf"), `worker_processes 1; daemon off; error_log stderr crit; pid ${this.work}/nginx.pid;
events { worker_connections 4096; }
http { access_log off; ${paths} keepalive_requests 100000000; keepalive_timeout 300; ${servers}
}
`)
    this.#spawn("nginx", ["-p", this.work, "-c", join(this.work, "nginx.conf")])
    if (http2) {
      await sleep(1000)
    } else {
      await until(() => answers(Object.values(addresses)[0]), "nginx")
    }
    return addresses
  }

  /**
   * Starts the gateway. credentials: { name: plan }, callers: { name: { credential, weight, maxWait, cache } }, settings: { "FlowControl:MaxWait": … };
   * a setting that begins with ../ is a variable outside of the gateway's section.
   * inside: a network namespace of its own, { command, host }, where the sandbox has the same address.
   */
  async startGateway({ credentials, callers, settings = {}, http2 = false, inside: { command = [], host = "127.0.0.1" } = {} }) {
    const [data, management] = [await freePort(), await freePort()]
    const env = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DOTNET_ROOT: process.env.DOTNET_ROOT ?? "",
      Kestrel__Endpoints__Data__Url: `http://${host}:${data}`,
      Kestrel__Endpoints__Data__Protocols: http2 ? "Http2" : "Http1",
      Kestrel__Endpoints__Management__Url: `http://${host}:${management}`,
      Logging__LogLevel__Default: "Warning",
      Gateway__Forwarding__Upstream: this.sandbox,
      Gateway__Forwarding__AllowInsecureUpstream: "true",
      // The benches send the same request again and again, and count each.
      Gateway__Caching__Coalesce: "Off",
      Gateway__DrainDelay: "00:00:00",
      Gateway__ShutdownTimeout: "00:00:01",
    }
    for (const [name, value] of Object.entries(settings)) {
      env[name.startsWith("../") ? name.slice(3).replaceAll(":", "__") : `Gateway__${name.replaceAll(":", "__")}`] = value
    }
    for (const [name, plan] of Object.entries(credentials)) {
      env[`TOKEN_${name.replaceAll("-", "_")}`] = tokenOf(name)
      env[`Gateway__Credentials__${name}__Source`] = "Environment"
      env[`Gateway__Credentials__${name}__Variable`] = `TOKEN_${name.replaceAll("-", "_")}`
      env[`Gateway__Credentials__${name}__Plan`] = plan
    }
    for (const [name, { credential, weight = 1, maxWait = "02:00:00", cache }] of Object.entries(callers)) {
      env[`Gateway__Access__Callers__${name}__KeyHashes__0`] = `sha256:${createHash("sha256").update(keyOf(name)).digest("hex")}`
      env[`Gateway__Access__Callers__${name}__Credential`] = credential
      env[`Gateway__Access__Callers__${name}__Permissions__0`] = "all"
      env[`Gateway__Access__Callers__${name}__Weight`] = String(weight)
      env[`Gateway__Access__Callers__${name}__MaxWait`] = maxWait
      if (cache) {
        env[`Gateway__Access__Callers__${name}__Cache`] = cache
      }
    }
    const [file, ...args] = [...command, join(this.#published, "gateway/notion-gateway")]
    const child = this.#spawn(file, args, env)
    await until(() => answers(`http://${host}:${management}/readyz`), "the gateway")
    const url = `http://${host}:${data}`
    this.#gateways.set(url, { child, management: `http://${host}:${management}` })
    return url
  }

  /** Sends a signal to a gateway; one that ends it is expected to. */
  signal(url, name) {
    const { child } = this.#gateways.get(url)
    child.removeAllListeners("exit")
    child.kill(name)
    return new Promise(resolve => child.once("exit", resolve))
  }

  processOf(url) {
    return this.#gateways.get(url).child.pid
  }

  managementOf(url) {
    return this.#gateways.get(url).management
  }

  /** Starts a Redis that keeps nothing on disk; a given port is used again. */
  async startRedis(port, { args = [], env, file = "redis-server" } = {}) {
    port ??= await freePort()
    const child = this.#spawn(file, ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", ...args], { ...process.env, ...env })
    await until(() => accepts(port), "redis-server")
    return {
      port,
      signal: name => child.kill(name),
      kill: () => new Promise(resolve => (child.removeAllListeners("exit"), child.once("exit", resolve), child.kill("SIGKILL"))),
    }
  }

  /** Starts a relay to a port on this machine; what it carries takes so long there and back. */
  async startRelay(target, roundTrip) {
    const port = await freePort()
    this.#spawn("node", [relay, `127.0.0.1:${port}`, `127.0.0.1:${target}`, roundTrip])
    await until(() => accepts(port), "the relay")
    return port
  }

  /** Starts any other process that belongs to the bench and must not end before it. */
  start(command, args) {
    return this.#spawn(command, args)
  }

  /** Starts a process and captures its standard output; the promise resolves when it ends. */
  run(command, args) {
    const child = this.#spawn(command, args, process.env, "pipe")
    let output = ""
    child.stdout.on("data", data => (output += data))
    return new Promise((resolve, reject) => child.on("close", code => (code === 0 ? resolve(output) : reject(new Error(`${args[0]} ended with ${code}`)))))
  }

  stop() {
    for (const child of this.#processes) {
      child.removeAllListeners("exit")
      child.kill()
    }
  }

  #spawn(command, args, env = process.env, stdout = "ignore") {
    const child = spawn(command, args.map(String), { env, stdio: ["ignore", stdout, "inherit"] })
    if (stdout === "ignore") {
      child.on("exit", code => {
        console.error(`${command} ended unexpectedly with ${code}`)
        process.exitCode = 1
        this.stop()
        process.exit()
      })
    }
    this.#processes.push(child)
    return child
  }
}

/** nginx that is started by root writes its files as somebody else, who may not enter the work folder. */
export const asRoot = process.getuid() === 0 ? "user root; " : ""

/** A Notion token and a gateway key that look real; each name has its own. */
export const tokenOf = name => `ntn_00000000000${createHash("sha256").update(name).digest("hex").slice(0, 35)}`

export const keyOf = name => `ngw_${createHash("sha256").update(`key of ${name}`).digest("hex").slice(0, 43)}`

/** Calls with a caller's key; returns the status, or 0 if there was no answer. */
export function call(agent, url, name) {
  return new Promise(resolve => {
    const asking = request(`${url}/v1/users/me`, { agent, headers: { authorization: `Bearer ${keyOf(name)}` } }, answer => {
      answer.resume()
      answer.on("end", () => resolve(answer.statusCode)).on("error", () => resolve(0))
    })
    asking.on("error", () => resolve(0)).end()
  })
}

/** A plan's settings: `size` permits per window of `window` seconds, spread evenly. */
export const plan = (name, size, window) => ({
  [`FlowControl:Plans:${name}:Window`]: new Date(window * 1000).toISOString().slice(11, 23),
  [`FlowControl:Plans:${name}:WindowLimit`]: size,
  [`FlowControl:Plans:${name}:RatePerSecond`]: size / window,
})

export async function until(condition, what) {
  for (let tries = 0; tries < 600; tries++) {
    if (await condition()) {
      return
    }
    await sleep(100)
  }
  throw new Error(`${what} is not ready after a minute`)
}

function accepts(port) {
  return new Promise(resolve => {
    const socket = connect(port, "127.0.0.1", () => (socket.destroy(), resolve(true)))
    socket.on("error", () => resolve(false))
  })
}

async function answers(url) {
  try {
    return (await fetch(url)).status < 500
  } catch {
    return false
  }
}

const given = new Set()

export const relay = fileURLToPath(new URL("relay.mjs", import.meta.url))

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address()
      server.close(() => (given.has(port) ? resolve(freePort()) : (given.add(port), resolve(port))))
    })
  })
}
