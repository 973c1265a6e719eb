// What the benches compute, and how they print it.

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.length === 0 ? NaN : sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]
}

/** For an even number of values, the mean of the two middle ones. */
export const median = values => (percentile(values, 0.5) - percentile(values.map(value => -value), 0.5)) / 2

export const sum = values => values.reduce((total, value) => total + value, 0)

/** Jain's index: 1 if all values are equal, 1/n if one has everything. */
export const jain = values => sum(values) ** 2 / (values.length * sum(values.map(value => value ** 2)))

export const seconds = ms => (Number.isNaN(ms) ? "-" : (ms / 1000).toFixed(ms < 1000 ? 3 : ms < 10_000 ? 2 : 1))

export const percent = share => `${(100 * share).toFixed(1)} %`

/** Prints rows of cells as a table that can be pasted into a document. */
export function table(head, rows) {
  const all = [head, ...rows].map(row => row.map(String))
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column].length)))
  const line = row => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`
  console.log([line(all[0]), `|${widths.map(width => "-".repeat(width + 2)).join("|")}|`, ...all.slice(1).map(line)].join("\n"))
}

/** Prints goals as met or missed; true if all are met. */
export function aims(list) {
  console.log()
  for (const [met, text] of list) {
    console.log(`${met ? "met:   " : "MISSED:"} ${text}`)
  }
  return list.every(([met]) => met)
}
