import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bringNode, continueWith, nodeIsNewEnough } from '../lib/platform/bootstrap/node-runtime.mjs'
import { AlreadyReported, describeFailure } from '../lib/platform/bootstrap/progress.mjs'

/**
 * `npm test`: everything on a fresh clone; `npm test -- unit db` some of it. The last line, alone, is `N passed, N failed`, and
 * `, N skipped` behind it where stages can't run on this machine; any failure, and no test at all, exits with 1.
 */
async function main() {
  const script = fileURLToPath(import.meta.url)
  const root = path.resolve(path.dirname(script), '..')
  if (!nodeIsNewEnough()) return continueWith(await bringNode(root), script)
  const { chosenStages, runSuite } = await import('../lib/platform/bootstrap/test-suite.mjs')
  const { inWords } = await import('../lib/platform/bootstrap/test-results.mjs')
  const tally = await runSuite(root, chosenStages(process.argv.slice(2)))
  list('Passed at a second attempt only', tally.unsteady)
  list('Failed', tally.failures)
  process.stdout.write(`\n${inWords(tally)}\n`)
  return tally.failed > 0 || tally.passed + (tally.skipped ?? 0) === 0 ? 1 : 0
}

/**
 * @param {string} title
 * @param {string[]} [names]
 */
function list(title, names = []) {
  if (names.length > 0) process.stdout.write(`\n${title}:\n${names.map((name) => `  ${name}\n`).join('')}`)
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    if (!(error instanceof AlreadyReported))
      for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
    process.stdout.write('\n0 passed, 1 failed\n')
    process.exitCode = 1
  },
)
