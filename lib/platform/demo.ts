import type pg from 'pg'
import { createDatabaseClient } from './connection/index.ts'
import type { EpochMs } from './clock.ts'

/**
 * Functions for the state of the demo in the table `deployment`, from which a later start resumes: the origin of the
 * simulated timeline, whether its history exists, and when the product ran.
 */

/**
 * Version of the demo's history. It must be increased if a change of the simulated scenario or its recording makes an
 * older history unusable.
 */
const DEMO_VERSION = 8
export const DEMO_DAYS = 35

/** Period in which the demo ran. `until` is the end of its last poll; absent = the current run. */
export interface DemoRun {
  from: EpochMs
  until?: EpochMs
}

export interface DemoTimeline {
  /** start of the simulated timeline, in epoch milliseconds */
  origin: EpochMs
  /** runs of the demo, oldest first; the last one is the current run */
  runs: DemoRun[]
}

type History = { state: 'making' | 'done'; version: number }

const ORIGIN = 'demo.origin'
const HISTORY = 'demo.history'
const RUNS = 'demo.runs'

/** Reports whether the demo's history is complete and has the current version. */
export async function hasDemoHistory(url: string): Promise<boolean> {
  return withClient(url, async (client) => {
    const history = await read<History>(client, HISTORY)
    return history?.state === 'done' && history.version === DEMO_VERSION && (await read(client, ORIGIN)) !== null
  })
}

/**
 * Records that the demo's history is being recorded. If a later start finds this state, the recording was interrupted.
 */
export async function beginDemoHistory(url: string, origin: EpochMs): Promise<void> {
  await withClient(url, async (client) => {
    await write(client, HISTORY, { state: 'making', version: DEMO_VERSION } satisfies History)
    await write(client, ORIGIN, new Date(origin).toISOString())
    await write(client, RUNS, [])
  })
}

/** Records that the demo's history is complete. */
export async function endDemoHistory(url: string): Promise<void> {
  await withClient(url, (client) => write(client, HISTORY, { state: 'done', version: DEMO_VERSION } satisfies History))
}

/**
 * Records the start of a run of the demo. Ends the previous run at the newest poll; the simulator skips the time since
 * then, because it was not observed.
 * @throws Error if the demo has no history
 */
export async function beginDemoRun(url: string, now: EpochMs): Promise<DemoTimeline> {
  return withClient(url, async (client) => {
    const origin = await read<string>(client, ORIGIN)
    if (origin === null) throw new Error('the demo has no origin yet')
    const { rows } = await client.query<{ at: Date | null }>('SELECT max(last_finished_at) AS at FROM poll_state')
    const newest = rows[0]?.at?.getTime() ?? 0
    const runs = ((await read<DemoRun[]>(client, RUNS)) ?? []).map(
      (run): DemoRun => ({ from: run.from, until: run.until ?? Math.max(run.from, Math.min(newest, now)) }),
    )
    runs.push({ from: now })
    await write(client, RUNS, runs)
    return { origin: Date.parse(origin), runs }
  })
}

async function read<Value>(client: pg.Client, key: string): Promise<Value | null> {
  const { rows } = await client.query<{ value: Value }>('SELECT value FROM deployment WHERE key = $1', [key])
  return rows[0]?.value ?? null
}

async function write(client: pg.Client, key: string, value: unknown): Promise<void> {
  await client.query(
    `INSERT INTO deployment (key, value) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [key, JSON.stringify(value)],
  )
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = createDatabaseClient(url, 'peerwatch-demo')
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
