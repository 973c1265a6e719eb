import { check, isId, refused, same } from "../script.mjs"
import { outcome } from "./markdown.mjs"

/** Custom agents, and sessions with them. */
export async function agents(notion, script) {
  const agent = await script.step("agents.query", async () => {
    const list = await notion.agents.query({ page_size: 1 })
    same([list.object, list.type, list.results.length], ["list", "agent", 1], "the list")
    return list.results[0]
  })

  await script.step("agents.retrieve", async () => {
    const read = await notion.agents.retrieve({ agent_id: agent.id })
    same([read.object, read.name], ["agent", agent.name], "the agent")
  })

  await script.step("agents.retrieveInsights", async () => {
    const insights = await notion.agents.retrieveInsights({ agent_id: agent.id })
    same([insights.object, insights.id], ["agent_insights", agent.id], "the insights")
  })

  await script.step("agents.updateCreditLimit", async () => {
    const changed = await notion.agents.updateCreditLimit({ agent_id: agent.id, credit_limit: 500 })
    same([changed.agent_id, changed.credit_limit], [agent.id, 500], "the limit")
  })

  await script.step("agents.delete and agents.updateStatus", async () => {
    const gone = await notion.agents.delete({ agent_id: agent.id })
    same(gone.status, "deleted", "status")
    const back = await notion.agents.updateStatus({ agent_id: agent.id, status: "active" })
    same([back.status, back.pause_reason], ["active", null], "status")
  })

  await script.step("agents.batch", async () => {
    const task = await notion.agents.batch({ operations: [{ action: "update_credit_limit", agent_id: agent.id, fields: { credit_limit: null } }] })
    await outcome(notion, task)
    const read = await notion.agents.retrieve({ agent_id: agent.id })
    same(read.credit_limit, null, "the limit")
  })

  const session = await script.step("sessions.update", async () => {
    const answer = await notion.sessions.update({ message: "Hello there", agent_id: agent.id })
    same([answer.object, answer.agent_id, answer.status], ["session", agent.id, "completed"], "the session")
    return answer
  })

  await script.step("sessions.stream", async () => {
    const seen = []
    for await (const event of notion.sessions.stream({ message: "Tell me more, please", session_id: session.id })) {
      seen.push(event)
    }
    same(seen[0].type, "session.snapshot", "the first event")
    check(seen.some(event => event.type === "event.provisional"), "something provisional")
    const said = seen.find(event => event.type === "event.committed" && event.event.type === "agent.message")
    check(said.event.content[0].text.includes("Tell me more"), "the agent's words")
    same([seen.at(-1).type, seen.at(-1).status], ["stream.end", "completed"], "the last event")
  })

  await script.step("sessions.stream, left early", async () => {
    for await (const event of notion.sessions.stream({ message: "This will be cut short by me" })) {
      check(event.type === "session.snapshot", "the first event")
      break
    }
  })

  await script.step("sessions.retrieve", async () => {
    const read = await notion.sessions.retrieve({ session_id: session.id })
    same([read.id, read.title, read.models], [session.id, "Hello there", { type: "auto" }], "the session")
  })

  await script.step("sessions.query", async () => {
    const list = await notion.sessions.query({ query: "hello" })
    check(list.results.some(other => other.id === session.id), "the session among them")
  })

  await script.step("sessions.queryEvents", async () => {
    const list = await notion.sessions.queryEvents({ session_id: session.id, page_size: 3 })
    same([list.type, list.results.map(event => event.sequence), list.has_more], ["session_event", [1, 2, 3], true], "the list")
    same(list.results[0].type, "user.message", "the first event")
  })

  await script.step("sessions.cancel", async () => {
    const waiting = await notion.sessions.update({ message: "/wait for me" })
    check(isId(waiting.id), "an id")
    const canceled = await notion.sessions.cancel({ session_id: waiting.id })
    same(canceled.status, "canceled", "status")
  })

  await script.step("sessions.stream, unknown session", () =>
    refused(async () => {
      for await (const event of notion.sessions.stream({ message: "x", session_id: "00000000-0000-4000-8000-000000000000" })) {
        throw new Error(`unexpected event ${event.type}`)
      }
    }, "object_not_found", 404))
}
