import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { readCoverageIntervals, listEvents, listSources, saveThresholdsAsNewVersion } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { waitUntilTrue, areExpectedPollsRecorded, startAzure } from './testing/lab.ts'

/** Deadline in milliseconds, long enough for a busy machine to answer all other requests. */
const DEADLINE_MS = 5_000

const db = withTestDatabase()
let simulator: RunningSimulator | undefined
let worker: ChildProcess | undefined
afterEach(async () => {
  worker?.kill('SIGKILL')
  await simulator?.close()
})

const peersLease = async () => {
  const { rows } = await db.pool.query<{ epoch: string }>(
    `SELECT epoch::text FROM poll_schedule WHERE kind = 'peers' AND lease_owner IS NOT NULL`,
  )
  return rows[0]?.epoch ?? null
}

it('what a frozen worker did not wait for is no fault of Azure', { timeout: 120_000 }, async () => {
  // with these settings, any failure after the freeze becomes an event immediately
  await db.pool.query('TRUNCATE detection_settings CASCADE')
  const changed = { 'fresh.stale.least': 1_000, 'fresh.stale': 1 }
  await db.transaction((client) => saveThresholdsAsNewVersion(client, { changed, expected: 0, by: 'test', note: '' }))
  const begun = Date.now()
  simulator = await startAzure(oneCircuitScenario)
  worker = fork(
    path.join(import.meta.dirname, 'testing/polling-worker.ts'),
    [db.url, simulator.url, String(DEADLINE_MS)],
    {
      env: {
        ...process.env,
        IDENTITY_ENDPOINT: `${simulator.url}/msi/token`,
        IDENTITY_HEADER: 'test-identity-header',
      },
    },
  )
  await waitUntilTrue(
    'sessions polled',
    async () => (await areExpectedPollsRecorded(db, 'peers')) && (await areExpectedPollsRecorded(db, 'summary', 2)),
  )
  // a resource runs one operation at a time, so no route table poll may be in flight when Azure stops answering
  await waitUntilTrue('everything else polled', async () =>
    (await listSources(db.pool, {})).every(({ poll }) => poll.lastOkAt !== null),
  )

  // Azure is slow but answers within the deadline, so the poll is in flight when the worker freezes
  const { id } = simulator.control.happen({ op: 'api-fault', fault: 'nothing' })
  let seen = { epoch: null as string | null, times: 0 }
  await waitUntilTrue('a poll waits', async () => {
    const epoch = await peersLease()
    seen = { epoch, times: epoch !== null && epoch === seen.epoch ? seen.times + 1 : 0 }
    return seen.times === 4
  })
  worker.kill('SIGSTOP')
  simulator.control.restore(id)
  // the freeze lasts longer than the deadline plus the time after which a process counts as frozen
  await db.pool.query('SELECT pg_sleep(8)')
  const frozenUntil = Date.now()
  worker.kill('SIGCONT')

  await waitUntilTrue('sessions are polled again', async () => {
    const sources = (await listSources(db.pool, {})).filter(({ poll }) => ['peers', 'summary'].includes(poll.kind))
    return sources.every(({ poll }) => (poll.lastOkAt ?? 0) > frozenUntil)
  })
  const { rows } = await listEvents(db.pool, { limit: 100 })
  expect(rows.filter(({ kind }) => kind === 'collector_error')).toEqual([])
  const polled = await readCoverageIntervals(db.pool, { from: begun - 1_000, to: Date.now() + 1_000, limit: 100 })
  expect(new Set(polled.rows.map(({ outcome }) => outcome))).toEqual(new Set(['ok']))
})
