import '#lib/platform/bootstrap/parent-watch.mjs'
import path from 'node:path'
import { ERROR_LEVEL, toJsonLogLine } from '#lib/platform/bootstrap/json-line.ts'
import { findStartObstacles } from '#lib/platform/bootstrap/preflight.ts'
import { describeFailure, chooseLogFormat } from '#lib/platform/bootstrap/progress.ts'
import { startAllProcesses } from '#lib/platform/bootstrap/start.ts'
import { checkEnvironment } from '#lib/platform/environment.ts'

const root = path.resolve(import.meta.dirname, '..')

/**
 * true = this program writes its messages as JSON lines. It does so if the log format is JSON, even before the logger
 * exists.
 */
let isJson = chooseLogFormat(null, process.stderr.isTTY) === 'json'
const print = (line: string) => (isJson ? toJsonLogLine('start', line, 'stdout', ERROR_LEVEL) : line)

/**
 * Main function of `npm start`. This file and its static imports must not import packages, because this program
 * installs them.
 */
async function main(): Promise<number> {
  const checked = checkEnvironment(process.env, { root })
  isJson = chooseLogFormat(checked.settings.log.format, process.stderr.isTTY) === 'json'
  const faults = checked.ok ? [] : checked.faults
  const obstacles = await findStartObstacles(checked.settings, faults)
  if (!checked.ok || obstacles.length > 0) return refuse([...faults, ...obstacles])
  // imported here, because the module needs packages that are installed only now
  const signIn = async () => (await import('#lib/azure/identity/database-tokens.ts')).signInToDatabase(checked.settings)
  return startAllProcesses(root, checked, signIn)
}

function refuse(faults: readonly string[]): number {
  for (const fault of faults) process.stderr.write(`${print(fault)}\n`)
  return 1
}

main().then(
  (code) => process.exit(code),
  (error) => refuse(describeFailure(error)) && process.exit(1),
)
