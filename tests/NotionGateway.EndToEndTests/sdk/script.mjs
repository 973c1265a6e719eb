import { isDeepStrictEqual } from "node:util"

/** Runs steps one after the other, prints a JSON line for each, and counts. A step that fails does not stop the others. */
export class Script {
  steps = 0
  failed = 0

  constructor(version) {
    this.version = version
  }

  get hasDataSources() {
    return this.version >= "2025-09-03"
  }

  async step(name, body) {
    this.steps++
    try {
      const value = await body()
      this.print({ step: name, ok: true })
      return value
    } catch (error) {
      this.failed++
      this.print({ step: name, ok: false, error: describe(error) })
      return undefined
    }
  }

  /** A step for what came with data sources; under older versions it says that there is no such thing. */
  async stepSinceDataSources(name, body) {
    if (this.hasDataSources) {
      return this.step(name, body)
    }
    this.steps++
    this.print({ step: name, ok: true, skipped: `does not exist in ${this.version}` })
    return undefined
  }

  finish() {
    this.print({ steps: this.steps, failed: this.failed })
    return this.failed === 0 ? 0 : 1
  }

  print(line) {
    console.log(JSON.stringify(line))
  }
}

export function check(condition, what) {
  if (!condition) {
    throw new Error(`expected ${what}`)
  }
}

export function same(actual, expected, what) {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`)
  }
}

/** The error that a call is expected to end in; its code and status are checked. */
export async function refused(call, code, status) {
  try {
    await call()
  } catch (error) {
    same(error.code, code, "error code")
    same(error.status, status, "error status")
    check(typeof error.message === "string" && error.message.length > 0, "an error message")
    check(typeof error.request_id === "string" && error.request_id.length > 0, "a request_id in the error")
    return error
  }
  throw new Error(`expected the error ${code}, but the call succeeded`)
}

export const text = content => [{ text: { content } }]

export const plain = richText => richText.map(item => item.plain_text).join("")

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const isId = id => typeof id === "string" && uuid.test(id)

function describe(error) {
  return { name: error.name, message: error.message, code: error.code, status: error.status, at: error.stack?.split("\n")[1]?.trim() }
}
