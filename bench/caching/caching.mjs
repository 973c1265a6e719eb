import { parseArgs } from "node:util"
import { aims, table } from "../common/figures.mjs"
import { World } from "../common/world.mjs"
import { hits, memory } from "./cost.mjs"
import { automation, coalescing, polling, site } from "./workloads.mjs"

const { values: said } = parseArgs({
  options: {
    published: { type: "string" },
    work: { type: "string" },
    only: { type: "string", default: "polling-5,polling-60,automation,site,coalescing,hits,memory" },
    speed: { type: "string", default: "5" },
    minutes: { type: "string", default: "10" },
    keys: { type: "string", default: "1000000" },
    seconds: { type: "string", default: "10" },
  },
})
const options = {
  published: said.published,
  work: said.work,
  speed: Number(said.speed),
  minutes: Number(said.minutes),
  keys: Number(said.keys),
  seconds: Number(said.seconds),
}
const rows = {
  "polling-5": world => polling(world, options, { ttl: 5, goal: 10 }),
  "polling-60": world => polling(world, options, { ttl: 60, goal: 100 }),
  automation: world => automation(world, options),
  site: world => site(world, options),
  coalescing: world => coalescing(world, options),
  hits: world => hits(world, options),
  memory: world => memory(world, options),
}

const results = []
for (const name of said.only.split(",")) {
  if (!rows[name]) {
    console.error(`bench/caching: there is no row ${name}; the rows are ${Object.keys(rows).join(", ")}`)
    process.exit(2)
  }
  console.error(`bench/caching: ${name}…`)
  const world = new World(options.published, options.work)
  try {
    results.push(...(await rows[name](world)))
  } finally {
    world.stop()
  }
}

// A result: the workload, what was measured, the figure, what it should be, and whether it is.
table(["Workload", "Figure", "Measured", "Goal"], results.map(({ workload, figure, measured, goal }) => [workload, figure, measured, goal ?? ""]))
const met = aims(results.filter(result => result.met !== undefined).map(({ met, workload, figure, measured, goal }) => [met, `${workload}, ${figure}: ${measured} (${goal})`]))
process.exit(met ? 0 : 1)
