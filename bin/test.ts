import path from 'node:path'
import { AlreadyReportedError, describeFailure } from '#lib/platform/bootstrap/progress.ts'
import { formatTestCounts } from './test/results.ts'
import { parseStageNames } from './test/stages.ts'
import { runSuite } from './test/suite.ts'

/**
 * Runs the test stages that the arguments name (see test/stages.ts), also in a fresh clone. The last line of output is
 * `N passed, N failed`, followed by `, N skipped` if a stage cannot run on this machine. The exit code is 1 if a test
 * failed, or if no test passed and no stage was skipped.
 */
async function main(): Promise<number> {
  const tally = await runSuite(path.resolve(import.meta.dirname, '..'), parseStageNames(process.argv.slice(2)))
  list('Passed at the second attempt only', tally.flaky)
  list('Failed', tally.failures)
  process.stdout.write(`\n${formatTestCounts(tally)}\n`)
  return tally.failed > 0 || tally.passed + tally.skipped === 0 ? 1 : 0
}

function list(title: string, names: readonly string[] = []): void {
  if (names.length > 0) process.stdout.write(`\n${title}:\n${names.map((name) => `  ${name}\n`).join('')}`)
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof AlreadyReportedError))
    for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
  process.stdout.write('\n0 passed, 1 failed\n')
  process.exitCode = 1
}
