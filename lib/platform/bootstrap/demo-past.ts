import { spawnNode } from './children.ts'
import { StepError } from './progress.ts'
import type { SystemUser } from './system-user.ts'
import type { DemoTimeline } from '../demo.ts'

/**
 * Records the demo's history at the first start, before the product opens; later starts find it. An interrupted
 * recording starts again. Live polling continues where the recording ends, so the recording runs until `until`
 * resolves, which is when everything else that live polling needs is ready. The product does not open earlier, because
 * all its data would be stale until then. The newest days cannot be recorded first: samples older than the newest
 * sample are refused, and detection must process samples in order of time.
 */
export async function recordDemoHistory({
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
  /** database address of the role that owns the tables, because the recording empties them first */
  databaseUrl: string
  /** environment variables, without credentials */
  values: Record<string, string>
  user: SystemUser | null
  signal: AbortSignal
  note: (text: string) => void
  /** resolves when the recording must end; never rejected */
  until: Promise<unknown>
}): Promise<string> {
  const { hasDemoHistory } = await import('../demo.ts')
  if (await hasDemoHistory(databaseUrl)) return 'present'
  const errors: string[] = []
  const child = spawnNode({
    root,
    dataDir,
    // most objects are short-lived; with 16 MB of young generation a twelfth of the time was garbage collection
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
  child.stdin?.on('error', () => {}) // ignored, because the child has ended and its exit code is checked
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

/** Returns the command-line arguments with which the simulator continues where the recorded history ends. */
export function timelineArguments({ origin, runs }: DemoTimeline) {
  const iso = (at: number) => new Date(at).toISOString()
  return [
    '--origin',
    iso(origin),
    ...runs.flatMap(({ from, until }) => ['--run', until === undefined ? iso(from) : `${iso(from)}/${iso(until)}`]),
  ]
}
