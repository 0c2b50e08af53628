import { buildWeb } from '../../lib/platform/bootstrap/prepare.ts'
import { describeFailure } from '../../lib/platform/bootstrap/progress.ts'

/**
 * Builds the web, unless it is already built from the same files. At the same time, it imports modules that most tests
 * need, so that their compiled code is in NODE_COMPILE_CACHE. Otherwise each of the test processes that start at the
 * same time would compile these modules again.
 */
try {
  const [web] = await Promise.all([
    buildWeb(process.cwd()),
    import('#lib/notify/index.ts'),
    import('#lib/poller/index.ts'),
    import('#lib/overview/answers/index.ts'),
    import('#lib/resilience/answers/index.ts'),
    import('#lib/routes/answers/index.ts'),
    import('#lab/simulator/index.ts'),
  ])
  process.stdout.write(`web ${web}\n`)
} catch (error) {
  for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
  process.exitCode = 1
}
