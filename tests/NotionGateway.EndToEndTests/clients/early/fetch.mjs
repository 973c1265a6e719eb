// Sends a body of zeroes with Node's fetch, several times, and prints what the program sees each time: the status, or the error.
//   node fetch.mjs URL KEY TYPE LENGTH length|chunked RUNS        (all programs of this folder take the same arguments)
const [url, key, type, length, framing, runs] = process.argv.slice(2)
const bytes = Buffer.alloc(Number(length))

function stream() {
  let at = 0
  return new ReadableStream({
    pull(to) {
      if (at >= bytes.length) to.close()
      else to.enqueue(bytes.subarray(at, (at += 65536)))
    },
  })
}

for (let run = 0; run < Number(runs); run++) {
  try {
    const headers = { authorization: `Bearer ${key}`, "content-type": type }
    const answer = await fetch(url, { method: "POST", headers, body: framing === "chunked" ? stream() : bytes, duplex: "half" })
    await answer.text()
    console.log(answer.status)
  } catch (error) {
    console.log(String(error.cause ?? error))
  }
}
