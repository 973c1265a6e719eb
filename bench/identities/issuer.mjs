import { generateKeyPairSync, randomBytes, sign } from "node:crypto"
import { readFileSync } from "node:fs"
import { createServer } from "node:https"
import { join } from "node:path"
import { freePort } from "../common/world.mjs"

const encode = value => Buffer.from(JSON.stringify(value)).toString("base64url")

/** An issuer of tokens, good and forged, that serves its keys and remembers when it was asked for them. */
export class Issuer {
  value = "https://issuer.bench.example"
  readings = []
  #pairs = { RS256: generateKeyPairSync("rsa", { modulusLength: 2048 }), ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }) }

  /** Serves the keys, with a certificate for localhost that lies in the folder. */
  async listen(folder) {
    const port = await freePort()
    const keys = Object.entries(this.#pairs).map(([alg, { publicKey }]) => ({ ...publicKey.export({ format: "jwk" }), kid: alg, alg }))
    createServer({ key: readFileSync(join(folder, "issuer.key")), cert: readFileSync(join(folder, "issuer.pem")) }, (_, response) => {
      this.readings.push(performance.now())
      response.setHeader("Content-Type", "application/json").end(JSON.stringify({ keys }))
    }).listen(port, "localhost")
    this.keysUri = `https://localhost:${port}/keys`
  }

  token(alg, sub, claims = {}) {
    const text = this.#unsigned(alg, sub, claims)
    const key = this.#pairs[alg].privateKey
    return `${text}.${sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`
  }

  /** So many tokens of one subject that differ. */
  tokens(count, alg, sub) {
    return Array.from({ length: count }, (_, index) => this.token(alg, sub, { jti: `${sub}-${index}-${randomBytes(4).toString("hex")}` }))
  }

  /** Right in every way but the signature. */
  forged(count) {
    return Array.from({ length: count }, (_, index) => this.#withAnySignature(this.#unsigned("ES256", "known", { jti: `forged-${index}` })))
  }

  /** Each names another key that the issuer does not publish. */
  unknown(count) {
    return Array.from({ length: count }, (_, index) => this.#withAnySignature(this.#unsigned("ES256", "known", {}, `unknown-${index}`)))
  }

  #withAnySignature(text) {
    return `${text}.${randomBytes(64).toString("base64url")}`
  }

  #unsigned(alg, sub, claims, kid = alg) {
    const now = Math.floor(Date.now() / 1000)
    return `${encode({ alg, typ: "JWT", kid })}.${encode({ iss: this.value, aud: "notion-gateway", sub, iat: now, exp: now + 3600, ...claims })}`
  }
}
