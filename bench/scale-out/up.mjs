import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { World, keyOf, until } from "../common/world.mjs"

const { values: said } = parseArgs({ options: { published: { type: "string" }, work: { type: "string" }, port: { type: "string", default: "8090" } } })
const world = new World(said.published, said.work)

/** Ends everything in the order in which a cluster does: gateways finish what they have. */
let ending = false
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    ending = true
    world.stop()
    process.exit()
  })
}

try {
  await world.startSandbox({ demo: { size: 180, window: 60 } })
  const redis = await world.startRedis()
  const gateways = []
  for (let number = 0; number < 3; number++) {
    gateways.push(await world.startGateway({
      credentials: { demo: "Standard" },
      callers: { demo: { credential: "demo", maxWait: "00:00:30" } },
      settings: { "Shared:Redis:Endpoints:0": `127.0.0.1:${redis.port}`, "Shared:Redis:Tls": "false", "FlowControl:Replicas": 3 },
    }))
  }

  const front = `http://127.0.0.1:${said.port}`
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(kind => `${kind}_temp_path ${said.work}/nginx-${kind};`).join(" ")
  writeFileSync(join(said.work, "nginx.conf"), `worker_processes 1; daemon off; error_log stderr crit; pid ${said.work}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off; ${paths}
  upstream gateways { ${gateways.map(url => `server ${new URL(url).host};`).join(" ")} }
  server {
    listen 127.0.0.1:${said.port};
    location / { proxy_pass http://gateways; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_read_timeout 200s; proxy_next_upstream off; }
  }
}
`)
  world.start("nginx", ["-p", said.work, "-c", join(said.work, "nginx.conf")])
  await until(() => fetch(front).then(() => true, () => false), "nginx")
  console.log(`
nginx        ${front}
gateways     ${gateways.join("  ")}
readiness    ${gateways.map(url => `${world.managementOf(url)}/readyz`).join("  ")}
Redis        redis-cli -p ${redis.port}
Notion       ${world.sandbox}  (simulated)

More than the limit allows, for about a minute:

  seq 200 | xargs -P 100 -I{} curl -s -o /dev/null -w '%{http_code}\\n' ${front}/v1/users/me -H 'Authorization: Bearer ${keyOf("demo")}' | sort | uniq -c

An outage of Redis (then look at the readiness pages):

  redis-cli -p ${redis.port} client pause 30000

Ctrl+C ends everything.`)
} catch (error) {
  if (!ending) {
    console.error(error)
    world.stop()
    process.exitCode = 1
  }
}
