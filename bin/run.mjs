import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { jsonLine } from '../lib/platform/bootstrap/json-line.mjs'
import { bringNode, continueWith, nodeIsNewEnough } from '../lib/platform/bootstrap/node-runtime.mjs'
import { describeFailure } from '../lib/platform/bootstrap/progress.mjs'
import { runnable } from '../lib/platform/bootstrap/programs.mjs'
import { partToRun, runPart } from '../lib/platform/bootstrap/run-part.mjs'

let print = (/** @type {string} */ line) => line

/** `node bin/run.mjs NAME ...`: runs bin/NAME.ts, with the Node that it needs where the system's is older. */
async function main() {
  const self = fileURLToPath(import.meta.url)
  const root = path.dirname(path.dirname(self))
  const [name = '', ...args] = process.argv.slice(2)
  const script = `bin/${name}.ts`
  if (!/^[a-z-]+$/.test(name) || !existsSync(path.join(root, script)))
    throw new Error(`there is no program "${name}" in bin`)
  if (!nodeIsNewEnough()) return continueWith(await bringNode(root), self)
  const given = { args, environment: process.env, folder: process.cwd(), isTerminal: process.stdout.isTTY }
  const part = partToRun(name, given)
  if (part) {
    if (part.json) print = (line) => jsonLine(part.component, line, 'stderr')
    process.exit(await runPart(part, { root, script, args, environment: process.env }))
  }
  const file = runnable(root, script)
  process.argv.splice(1, 2, file)
  await import(pathToFileURL(file).href)
}

main().catch((error) => {
  for (const line of describeFailure(error)) process.stderr.write(`${print(line)}\n`)
  process.exit(1)
})
