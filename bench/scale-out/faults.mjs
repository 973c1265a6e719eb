// The servers and networks that the scenarios break: a namespace, a primary with sentinels, a clock that can be set.
import { execFileSync } from "node:child_process"
import { createConnection } from "node:net"
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { freePort, relay, until } from "../common/world.mjs"

const run = (...command) => execFileSync(command[0], command.slice(1), { stdio: ["ignore", "pipe", "ignore"] }).toString()

/** A network namespace of one gateway with two links: one leads to the sandbox and to callers, the other to Redis and can be cut. Needs root and iproute2. */
export class Island {
  #name = `ngw-bench-${process.pid}`
  #links = [`ngwc${process.pid % 10_000}`, `ngwr${process.pid % 10_000}`]

  async open(world, redisPort) {
    run("ip", "netns", "add", this.#name)
    this.#links.forEach((link, number) => {
      run("ip", "link", "add", link, "type", "veth", "peer", "name", `${link}i`, "netns", this.#name)
      run("ip", "address", "add", `10.77.${number}.1/24`, "dev", link)
      run("ip", "link", "set", link, "up")
      run("ip", "-n", this.#name, "address", "add", `10.77.${number}.2/24`, "dev", `${link}i`)
      run("ip", "-n", this.#name, "link", "set", `${link}i`, "up")
    })
    run("ip", "-n", this.#name, "link", "set", "lo", "up")

    // Inside, Notion must have an address of loopback: the gateway sends tokens in clear text nowhere else.
    const [notion, store, entrance] = [new URL(world.sandbox).port, await freePort(), await freePort()]
    world.start("node", [relay, `10.77.0.1:${entrance}`, `127.0.0.1:${notion}`])
    world.start("node", [relay, `10.77.1.1:${store}`, `127.0.0.1:${redisPort}`])
    world.start("ip", ["netns", "exec", this.#name, "node", relay, `127.0.0.1:${notion}`, `10.77.0.1:${entrance}`])
    this.redis = `10.77.1.1:${store}`
    this.inside = { command: ["ip", "netns", "exec", this.#name], host: "10.77.0.2" }
  }

  cut = () => run("ip", "link", "set", this.#links[1], "down")

  heal = () => run("ip", "link", "set", this.#links[1], "up")

  close() {
    for (const command of [["netns", "del", this.#name], ...this.#links.map(link => ["link", "del", link])]) {
      try {
        run("ip", ...command)
      } catch {
        // A link goes with its namespace.
      }
    }
  }
}

/** A Redis whose clock can be set to so many seconds before or after the real one. Needs cc. */
export async function startRedisWithClock(world) {
  const [library, file] = ["clock.so", "clock.offset"].map(name => join(world.work, name))
  run("cc", "-shared", "-fPIC", "-O2", "-o", library, fileURLToPath(new URL("clock.c", import.meta.url)))
  writeFileSync(file, Buffer.alloc(8))
  const redis = await world.startRedis(undefined, { env: { LD_PRELOAD: library, CLOCK_OFFSET: file } })
  const setClock = seconds => {
    const offset = Buffer.alloc(8)
    offset.writeBigInt64LE(BigInt(seconds) * 1_000_000n)
    const handle = openSync(file, "r+")
    writeSync(handle, offset)
    closeSync(handle)
  }
  return { ...redis, setClock }
}

/** A primary, a replica and three sentinels that take a primary for down after a second. */
export async function startSentinels(world) {
  const primary = await world.startRedis()
  const replica = await world.startRedis(undefined, { args: ["--replicaof", "127.0.0.1", primary.port, "--replica-priority", "1"] })
  await until(async () => (await ask(replica.port, "INFO replication")).includes("master_link_status:up"), "the replica")
  const sentinels = []
  for (let number = 0; number < 3; number++) {
    const port = await freePort()
    const folder = join(world.work, `sentinel-${port}`)
    mkdirSync(folder)
    writeFileSync(join(folder, "sentinel.conf"), `port ${port}
bind 127.0.0.1
dir ${folder}
sentinel monitor ngw 127.0.0.1 ${primary.port} 2
sentinel down-after-milliseconds ngw 1000
sentinel failover-timeout ngw 10000
`)
    world.start("redis-server", [join(folder, "sentinel.conf"), "--sentinel"])
    sentinels.push(port)
  }

  await until(async () => {
    const said = await Promise.all(sentinels.map(port => ask(port, "SENTINEL master ngw").catch(() => "")))
    return said.every(text => /num-slaves\r\n\$1\r\n1/.test(text) && /num-other-sentinels\r\n\$1\r\n2/.test(text))
  }, "the sentinels")
  return { primary, replica, sentinels }
}

/** A cluster of three primaries. */
export async function startCluster(world) {
  const nodes = []
  for (let number = 0; number < 3; number++) {
    const folder = join(world.work, `cluster-${await freePort()}`)
    mkdirSync(folder)
    nodes.push(await world.startRedis(undefined, { args: ["--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--dir", folder] }))
  }
  run("redis-cli", "--cluster", "create", ...nodes.map(({ port }) => `127.0.0.1:${port}`), "--cluster-yes")
  await until(async () => (await ask(nodes[0].port, "CLUSTER INFO")).includes("cluster_state:ok"), "the cluster")
  return nodes.map(({ port }) => port)
}

/** Sends one command to a Redis and returns what it says, as it came. */
export function ask(port, command) {
  return new Promise((resolve, reject) => {
    let said = ""
    const socket = createConnection({ host: "127.0.0.1", port }, () => socket.write(`${command}\r\n`))
    const quiet = () => setTimeout(() => (socket.destroy(), resolve(said)), 50)
    let ending
    socket.on("data", data => {
      said += data
      clearTimeout(ending)
      ending = quiet()
    })
    socket.on("error", reject)
    socket.on("close", () => resolve(said))
  })
}
