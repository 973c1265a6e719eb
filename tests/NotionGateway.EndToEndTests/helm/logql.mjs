// Reads each LogQL line of a Markdown file with Grafana's own grammar. Usage: node logql.mjs FILE. Prints what cannot be read; exit code 1 if anything.
import { readFileSync } from 'node:fs'
import { parser } from '@grafana/lezer-logql'

const lines = [...readFileSync(process.argv[2], 'utf8').matchAll(/^```logql\n([^]*?)^```$/gm)].map(match => match[1].trim())
const problems = []
for (const line of lines) {
  parser.parse(line).iterate({ enter: node => { if (node.type.isError) problems.push(`${line}: cannot be read at ${node.from}`) } })
}
for (const problem of problems) console.log(problem)
console.log(`${lines.length} lines, ${problems.length} problems`)
process.exitCode = problems.length || !lines.length ? 1 : 0
