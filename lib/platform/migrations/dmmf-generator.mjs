/**
 * A generator that `prisma generate` runs, as its documentation describes them: it writes the parsed schema, which only generators
 * are given, to the folder that is its output. It speaks JSON-RPC, one message a line: asked on stdin, answered on stderr.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

const answers = {
  getManifest: () => ({ manifest: { prettyName: 'parsed schema', defaultOutput: '.' } }),
  generate({ dmmf, generator }) {
    mkdirSync(generator.output.value, { recursive: true })
    writeFileSync(`${generator.output.value}/schema.json`, JSON.stringify(dmmf.datamodel))
    return null
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  process.stderr.write(`${JSON.stringify({ jsonrpc: '2.0', id, result: answers[method](params) })}\n`)
}
