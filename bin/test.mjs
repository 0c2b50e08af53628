import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bringNode, continueWith, nodeIsNewEnough } from '../lib/platform/bootstrap/node-runtime.mjs'
import { AlreadyTold, describeFailure } from '../lib/platform/bootstrap/progress.mjs'

/**
 * `npm test`: everything on a fresh clone; `npm test -- unit db` some of it. The last line, alone, is `N passed, N failed`; any failure,
 * and no test at all, exits with 1.
 */
async function main() {
  const script = fileURLToPath(import.meta.url)
  const root = path.resolve(path.dirname(script), '..')
  if (!nodeIsNewEnough()) return continueWith(await bringNode(root), script)
  const { chosenStages, runSuite } = await import('../lib/platform/bootstrap/test-suite.mjs')
  const { passed, failed } = await runSuite(root, chosenStages(process.argv.slice(2)))
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`)
  return failed > 0 || passed === 0 ? 1 : 0
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    if (!(error instanceof AlreadyTold)) for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
    process.stdout.write('\n0 passed, 1 failed\n')
    process.exitCode = 1
  },
)
