import type pg from 'pg'
import { createDatabaseClient } from './connection/index.ts'
import type { EpochMs } from './clock.ts'

/**
 * Functions that read and write the state of the demo in the table `deployment`: the start of the simulated timeline,
 * whether its history was recorded, and when the demo ran. A later start continues from this state.
 */

/**
 * Version of the demo's recorded history. It must be increased if a change of the simulation or of the recording makes
 * older histories unusable.
 */
const DEMO_VERSION = 9
export const DEMO_DAYS = 35

/** Period in which the demo ran. `until` is the end of the last poll; absent = this is the current run. */
export interface DemoRun {
  from: EpochMs
  until?: EpochMs
}

export interface DemoTimeline {
  /** start of the simulated timeline, in epoch milliseconds */
  origin: EpochMs
  /** periods in which the demo ran, oldest first; the last one is the current run */
  runs: DemoRun[]
}

type History = { state: 'making' | 'done'; version: number }

const ORIGIN = 'demo.origin'
const HISTORY = 'demo.history'
const RUNS = 'demo.runs'

/** Reports whether the demo's history was recorded completely and by the current version. */
export async function hasDemoHistory(url: string): Promise<boolean> {
  return withClient(url, async (client) => {
    const history = await read<History>(client, HISTORY)
    return history?.state === 'done' && history.version === DEMO_VERSION && (await read(client, ORIGIN)) !== null
  })
}

/**
 * Records that the recording of the demo's history has begun. A later start that finds this state knows that the
 * recording was interrupted.
 */
export async function beginDemoHistory(url: string, origin: EpochMs): Promise<void> {
  await withClient(url, async (client) => {
    await write(client, HISTORY, { state: 'making', version: DEMO_VERSION } satisfies History)
    await write(client, ORIGIN, new Date(origin).toISOString())
    await write(client, RUNS, [])
  })
}

/** Records that the demo's history was recorded completely. */
export async function endDemoHistory(url: string): Promise<void> {
  await withClient(url, (client) => write(client, HISTORY, { state: 'done', version: DEMO_VERSION } satisfies History))
}

/**
 * Records that the demo now starts. The previous run gets its end, which is the end of the newest poll. The simulated
 * timeline skips the time in between, because no poll observed it.
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
