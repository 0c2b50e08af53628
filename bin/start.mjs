import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { ERROR, jsonLine } from '../lib/platform/bootstrap/json-line.mjs'
import { bringNode, continueWith, nodeIsNewEnough } from '../lib/platform/bootstrap/node-runtime.mjs'
import { findObstacles } from '../lib/platform/bootstrap/preflight.mjs'
import { describeFailure, logFormatOf } from '../lib/platform/bootstrap/progress.mjs'
import { checkEnvironment } from '../lib/platform/environment.mjs'

/** A log of JSON holds nothing else: also what is said before there is anything that logs. */
let isJson = logFormatOf(null, process.stderr.isTTY) === 'json'
const print = (/** @type {string} */ line, /** @type {number | undefined} */ level = undefined) =>
  isJson ? jsonLine('start', line, 'stdout', level) : line

/** `npm start`: everything, from a fresh clone to a page. It runs on any Node from 18, and continues on Node 24 (ADR 0001). */
async function main() {
  const script = fileURLToPath(import.meta.url)
  const root = path.resolve(path.dirname(script), '..')
  const checked = checkEnvironment(process.env, { root })
  isJson = logFormatOf(checked.settings.log.format, process.stderr.isTTY) === 'json'
  const faults = checked.ok ? [] : checked.faults
  const obstacles = await findObstacles(checked.settings, faults)
  if (!checked.ok || obstacles.length > 0) return refuse([...faults, ...obstacles])
  if (!nodeIsNewEnough()) return continueWith(await bringNode(root, { print }), script)
  await import('../lib/platform/bootstrap/parent-watch.mjs')
  const { start } = await import('../lib/platform/bootstrap/start.mjs')
  // which needs packages, so that it is loaded after they were installed
  const signIn = async () => (await import('#lib/azure/identity/database-tokens.ts')).signInToDatabase(checked.settings)
  return start(root, checked, signIn)
}

/** @param {string[]} faults */
function refuse(faults) {
  for (const fault of faults) process.stderr.write(`${print(fault, ERROR)}\n`)
  return 1
}

main().then(
  (code) => process.exit(code),
  (error) => {
    for (const line of describeFailure(error)) process.stderr.write(`${print(line, ERROR)}\n`)
    process.exit(1)
  },
)
