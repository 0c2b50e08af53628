import { spawnNode } from './children.ts'
import { StepError } from './progress.ts'
import type { SystemUser } from './system-user.ts'
import type { DemoTimeline } from '../demo.ts'

/**
 * Records the demo's history at its first start; later starts find it. An interrupted one starts over. Live polling goes on where it
 * ends, so it goes on itself until what comes before live polling is done.
 *
 * It is whole before the product opens. Newest days first can't be: recording refuses what is older than the newest, and detection folds in
 * order of time, so that pages would change although nothing happened. Opened while it grows, everything would be stale until its end.
 */
export async function makePast({
  root,
  dataDir,
  databaseUrl,
  values,
  user,
  signal,
  note,
  until,
}: {
  root: string
  dataDir: string
  /** of the role that owns the tables: it empties them first */
  databaseUrl: string
  /** the environment, without credentials */
  values: Record<string, string>
  user: SystemUser | null
  signal: AbortSignal
  note: (text: string) => void
  /** never rejected */
  until: Promise<unknown>
}): Promise<string> {
  const { hasDemoHistory } = await import('../demo.ts')
  if (await hasDemoHistory(databaseUrl)) return 'present'
  const errors: string[] = []
  const child = spawnNode({
    root,
    dataDir,
    // what it makes dies young: with 16 MB a twelfth of its time was collecting it
    args: ['--max-semi-space-size=64', 'lab/demo-history.ts'],
    user,
    stdin: 'pipe',
    env: { ...values, DATABASE_URL: databaseUrl, DATA_DIR: dataDir, PEERWATCH_ESTATE: 'simulator' },
    onLine: (line, stream) => {
      const percent = /^\{"event":"progress","percent":(\d+)\}$/.exec(line)?.[1]
      if (percent !== undefined) note(`${percent} %`)
      else if (stream === 'stderr') errors.push(line)
    },
  })
  child.stdin?.on('error', () => {}) // it ended before, as its exit code says
  until.then(() => child.stdin?.end())
  const stop = () => child.kill('SIGTERM')
  signal.addEventListener('abort', stop)
  const code = await new Promise((resolve) => child.once('close', resolve))
  signal.removeEventListener('abort', stop)
  signal.throwIfAborted()
  if (code !== 0)
    throw new StepError('the demo history could not be recorded', { output: errors.slice(-40).join('\n') })
  return 'made'
}

/** The arguments that let the simulator resume where it ended. */
export function timelineArguments({ origin, runs }: DemoTimeline) {
  const iso = (at: number) => new Date(at).toISOString()
  return [
    '--origin',
    iso(origin),
    ...runs.flatMap(({ from, until }) => ['--run', until === undefined ? iso(from) : `${iso(from)}/${iso(until)}`]),
  ]
}
