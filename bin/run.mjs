import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bringNode, continueWith, nodeIsNewEnough } from '../lib/platform/bootstrap/node-runtime.mjs'
import { describeFailure } from '../lib/platform/bootstrap/progress.mjs'

/** `node bin/run.mjs NAME ...`: runs bin/NAME.ts, with the Node that it needs where the system's is older. */
async function main() {
  const folder = path.dirname(fileURLToPath(import.meta.url))
  const [name = ''] = process.argv.splice(2, 1)
  const script = path.join(folder, `${name}.ts`)
  if (!/^[a-z-]+$/.test(name) || !existsSync(script)) throw new Error(`there is no program "${name}" in bin`)
  if (!nodeIsNewEnough()) return continueWith(await bringNode(path.dirname(folder)), script)
  process.argv[1] = script
  await import(pathToFileURL(script).href)
}

main().catch((error) => {
  for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
  process.exit(1)
})
