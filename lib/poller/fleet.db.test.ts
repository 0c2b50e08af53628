import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { findInconsistenciesInHistory } from './testing/audit.ts'
import {
  waitUntilTrue,
  areExpectedPollsRecorded,
  type LoggedPoll,
  findPollsOverlappingInTime,
  startAzure,
  startWorkerProcess,
  type WorkerProcess,
} from './testing/lab.ts'

const db = withTestDatabase()
let simulator: RunningSimulator
const workers: WorkerProcess[] = []

/** A scenario with slow calls, so that polls would overlap if leases did not prevent it. */
const slowAzure = { ...oneCircuitScenario, protocol: { lro: { min: '200ms', max: '400ms' } } }
const EVERY = {
  POLL_SESSIONS_EVERY: '500ms',
  POLL_CIRCUITS_EVERY: '500ms',
  POLL_ROUTES_EVERY: '500ms',
  POLL_INVENTORY_EVERY: '5s',
}
/** Two intervals, and at least 10 s. */
const BACK_WITHIN_MS = 10_000
/** Poll kinds with longer intervals, and therefore longer leases. */
const RARE = ['inventory', 'activity', 'metrics', 'advertised']

const begin = () => {
  const worker = startWorkerProcess(simulator, db.url, EVERY)
  workers.push(worker)
  return worker
}
const polls = () => workers.flatMap((worker) => worker.polls())
const keyOf = ({ scope, subresource, kind }: LoggedPoll) => `${scope}/${subresource}/${kind}`

beforeAll(async () => {
  simulator = await startAzure(slowAzure)
  begin()
  begin()
  await waitUntilTrue(
    'everything polled',
    async () => (await areExpectedPollsRecorded(db, 'tables', 2)) && (await areExpectedPollsRecorded(db, 'peers')),
    120_000,
  )
  await waitUntilTrue('all workers take part', () => workers.every((worker) => worker.polls().length > 5), 120_000)
}, 300_000)

afterAll(async () => {
  for (const worker of workers) await worker.kill()
  await simulator.close()
})

describe('several workers', () => {
  it('never poll one kind of one source at the same time', { timeout: 180_000 }, async () => {
    const before = polls().length
    await waitUntilTrue('many polls', () => polls().length > before + 40)
    expect(findPollsOverlappingInTime(polls())).toEqual([])
    expect(new Set(polls().map(({ status }) => status))).toEqual(new Set(['recorded']))
  })

  it('refuse what a paused one brings late', { timeout: 180_000 }, async () => {
    const paused = workers[1]
    if (!paused) throw new Error('there is no second worker')
    const held = async () => {
      const { rows } = await db.pool.query(
        `SELECT count(*)::int AS n FROM poll_schedule WHERE lease_owner LIKE '%/' || $1 || '/%'`,
        [paused.child.pid],
      )
      return rows[0].n as number
    }
    await waitUntilTrue('it holds leases', async () => {
      if ((await held()) === 0) return false
      paused.child.kill('SIGSTOP')
      // the worker may have committed between the query and the stop
      if ((await held()) > 0) return true
      paused.child.kill('SIGCONT')
      return false
    })
    await waitUntilTrue('others took its leases', async () => (await held()) === 0)
    const before = paused.lines.length
    paused.child.kill('SIGCONT')
    await waitUntilTrue('its late polls were refused or given up', () =>
      paused.lines
        .slice(before)
        .some((line) => line.includes('"status":"superseded"') || line.includes('a lease was lost')),
    )
    expect(await findInconsistenciesInHistory(db)).toEqual([])
  })

  it('take over what a killed one held, within two intervals or 10 s', { timeout: 180_000 }, async () => {
    const victim = workers[0]
    const killedAt = Date.now()
    await victim?.kill()
    // time from which other workers may take its leases; how soon they do so depends on the machine
    const { rows } = await db.pool.query(
      `SELECT extract(epoch FROM max(lease_until)) * 1000 AS until FROM poll_schedule
       WHERE lease_owner LIKE '%/' || $1 || '/%' AND kind <> ALL ($2::text[])`,
      [victim?.child.pid, RARE],
    )
    expect(Number(rows[0].until)).toBeLessThanOrEqual(killedAt + BACK_WITHIN_MS)
    const quick = new Set(
      polls()
        .filter(({ kind }) => !RARE.includes(kind))
        .map(keyOf),
    )
    await waitUntilTrue(
      'every source polled again',
      () => {
        const after = new Set(
          polls()
            .filter(({ startedAt }) => startedAt > killedAt)
            .map(keyOf),
        )
        return [...quick].every((key) => after.has(key))
      },
      120_000,
    )
    // late results of a paused worker do not count
    expect(findPollsOverlappingInTime(polls().filter(({ status }) => status === 'recorded'))).toEqual([])
  })

  it('stop when asked, and give back what they held', { timeout: 180_000 }, async () => {
    expect(await workers[1]?.stop()).toBe(0)
    const { rows } = await db.pool.query(
      'SELECT count(*)::int AS n FROM poll_schedule WHERE lease_until > clock_timestamp() AND lease_owner NOT LIKE $1',
      [`%/${workers[0]?.child.pid}/%`],
    )
    expect(rows[0].n).toBe(0)
    expect(await findInconsistenciesInHistory(db)).toEqual([])
  })
})
