import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bringNode, continueWith, nodeIsNewEnough } from '../lib/platform/bootstrap/node-runtime.mjs'
import { AlreadyReported, describeFailure } from '../lib/platform/bootstrap/progress.mjs'

/**
 * Runs the stages that the arguments name (see test/stages.ts), on a fresh clone too. The last line is `N passed, N failed` and nothing
 * else, with `, N skipped` if stages can't run on this machine. Exits with 1 after any failure, and when nothing ran.
 */
async function main() {
  const script = fileURLToPath(import.meta.url)
  const root = path.resolve(path.dirname(script), '..')
  if (!nodeIsNewEnough()) return continueWith(await bringNode(root), script)
  const { chosenStages } = await import('./test/stages.ts')
  const { runSuite } = await import('./test/suite.ts')
  const { summary } = await import('./test/results.ts')
  const tally = await runSuite(root, chosenStages(process.argv.slice(2)))
  list('Passed at the second attempt only', tally.flaky)
  list('Failed', tally.failures)
  process.stdout.write(`\n${summary(tally)}\n`)
  return tally.failed > 0 || tally.passed + tally.skipped === 0 ? 1 : 0
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
