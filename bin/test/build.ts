import { buildWeb } from '../../lib/platform/bootstrap/prepare.ts'
import { describeFailure } from '../../lib/platform/bootstrap/progress.ts'

/**
 * Builds the web, unless it was already built from the same files. At the same time, it imports modules that workers
 * and most tests need, so that NODE_COMPILE_CACHE contains their compiled code. Otherwise, each process that starts
 * before another has exited normally would compile them again.
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
