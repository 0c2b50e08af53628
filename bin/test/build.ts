import { buildWeb } from '../../lib/platform/bootstrap/prepare.mjs'
import { describeFailure } from '../../lib/platform/bootstrap/progress.mjs'

/** Builds the web, unless it was built from the same files. */
try {
  process.stdout.write(`web ${await buildWeb(process.cwd())}\n`)
} catch (error) {
  for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
  process.exitCode = 1
}
