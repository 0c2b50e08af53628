import pg from 'pg'
import type { EpochMs } from './clock.ts'

/**
 * What the demo remembers of its own time in the table `deployment`, so that a later start goes on where the last one was: the zero
 * of the simulated timeline, whether its past has been made, and when the product has run.
 */

/** Raised when the estate's story, or how its past is made, changes so much that an older past and the present don't fit. */
const DEMO_VERSION = 2
export const DEMO_DAYS = 35

/** `until` is the last moment of which a run saw anything; missing for the one that is under way. */
export interface DemoRun {
  from: EpochMs
  until?: EpochMs
}

export interface DemoTimeline {
  /** epoch milliseconds */
  origin: EpochMs
  /** oldest first; the last one is the present */
  runs: DemoRun[]
}

type History = { state: 'making' | 'done'; version: number }

const ORIGIN = 'demo.origin'
const HISTORY = 'demo.history'
const RUNS = 'demo.runs'

/** Whether the demo's past is there, whole, and of this version. */
export async function hasDemoHistory(url: string): Promise<boolean> {
  return withClient(url, async (client) => {
    const history = await read<History>(client, HISTORY)
    return history?.state === 'done' && history.version === DEMO_VERSION && (await read(client, ORIGIN)) !== null
  })
}

/** Says that a past is being made. Found by a later start, it means that making it was interrupted. */
export async function beginDemoHistory(url: string, origin: EpochMs): Promise<void> {
  await withClient(url, async (client) => {
    await write(client, HISTORY, { state: 'making', version: DEMO_VERSION } satisfies History)
    await write(client, ORIGIN, new Date(origin).toISOString())
    await write(client, RUNS, [])
  })
}

/** Says that the past is whole. */
export async function endDemoHistory(url: string): Promise<void> {
  await withClient(url, (client) => write(client, HISTORY, { state: 'done', version: DEMO_VERSION } satisfies History))
}

/**
 * Notes that the product runs from now on. The run before it ends with the newest poll: nobody saw what would have happened
 * after that, and the simulator need not pretend that it did.
 * @throws Error when the demo has no past
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
  const client = new pg.Client({
    connectionString: url,
    application_name: 'peerwatch-demo',
    connectionTimeoutMillis: 10_000,
  })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
