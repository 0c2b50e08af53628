import { spawnNode } from './children.ts'
import { StepError } from './progress.ts'
import type { SystemUser } from './system-user.ts'
import type { DemoTimeline } from '../demo.ts'

/**
 * Records the history of the demo. If an earlier start has recorded it completely, returns immediately. Otherwise it
 * records until `until` resolves, and returns when the recording has ended. The recording must end at the moment at
 * which live polling begins, so that there is no gap. Therefore it runs until everything else that live polling needs
 * is ready, which `until` signals. The product opens only afterwards, because until then all its data would be out of
 * date. The newest days cannot be recorded first, because samples older than the newest sample are refused, and
 * detection must process samples in order of time.
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
  /**
   * address of the database with the owner's role, which is needed because the generation of the demo's history first
   * truncates the tables of recorded data
   */
  databaseUrl: string
  /** environment variables, without credentials */
  values: Record<string, string>
  user: SystemUser | null
  signal: AbortSignal
  note: (text: string) => void
  /** resolves when the recording must end; it is never rejected */
  until: Promise<unknown>
}): Promise<string> {
  const { hasDemoHistory } = await import('../demo.ts')
  if (await hasDemoHistory(databaseUrl)) return 'present'
  const errors: string[] = []
  const child = spawnNode({
    root,
    dataDir,
    // most objects are short-lived. With less memory for new objects (16 MB), garbage collection took a twelfth of the
    // time
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
  child.stdin?.on('error', () => {}) // the child has ended; its exit code is checked below
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

/** Returns the command-line arguments with which the simulated Azure continues the recorded history. */
export function buildTimelineArguments({ origin, runs }: DemoTimeline) {
  const iso = (at: number) => new Date(at).toISOString()
  return [
    '--origin',
    iso(origin),
    ...runs.flatMap(({ from, until }) => ['--run', until === undefined ? iso(from) : `${iso(from)}/${iso(until)}`]),
  ]
}
