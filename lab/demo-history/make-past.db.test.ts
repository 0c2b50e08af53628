import { expect, it } from 'vitest'
import { createAzureClient } from '#lib/azure/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { startWorker } from '#lib/poller/index.ts'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'
import {
  createClock,
  createWorld,
  oneCircuitScenario,
  parseSimulatorScenario,
  type ScenarioInput,
  startSimulator,
  createSimulatedCredential,
} from '../simulator/index.ts'
import { startPastGenerator } from './make-past.ts'
import {
  oneHourScenarioWithAllEvents,
  generatePastOfScenario,
  TEST_TIMELINE_START_MS,
  createTemporaryTestDatabase,
} from './testing.ts'

const PRESENT = `
  SELECT (SELECT count(*) FROM event)::int AS events, (SELECT count(*) FROM session_interval)::int AS sessions,
         (SELECT count(*) FROM route_interval)::int AS routes, (SELECT count(*) FROM arp_interval)::int AS arp,
         (SELECT count(*) FROM resource_history)::int AS configurations, (SELECT count(*) FROM resource)::int AS resources,
         (SELECT sum(transitions) FROM session)::int AS transitions,
         (SELECT count(*) FROM (SELECT bytes_in - lag(bytes_in) OVER own AS grown FROM counter_sample
                                WINDOW own AS (PARTITION BY counter_id ORDER BY started_at)) AS s WHERE grown < 0)::int AS falls`

async function summaryOf(db: Database): Promise<{ summary: Record<string, number> | undefined }> {
  const { rows } = await db.pool.query<Record<string, number>>(PRESENT)
  return { summary: rows[0] }
}

async function pollsOf(db: Database): Promise<Map<string, number>> {
  const { rows } = await db.pool.query<{ track: string; polls: number }>(
    `SELECT source_id || '/' || kind AS track, polls::int FROM poll_state ORDER BY source_id, kind`,
  )
  return new Map(rows.map(({ track, polls }) => [track, polls]))
}

/** Returns the tracks whose coverage includes a moment, even if a busy machine delays later polls. */
async function intervalsOver(db: Database, at: number): Promise<string[]> {
  const { rows } = await db.pool.query<{ track: string }>(
    `SELECT source_id || '/' || kind AS track FROM coverage WHERE from_at <= $1 AND to_at > $1 AND kind <> 'metrics'
     ORDER BY source_id, kind`,
    [new Date(at)],
  )
  return rows.map(({ track }) => track)
}

it('live polls over HTTP go on from a made past without a seam', { timeout: 600_000 }, async () => {
  const { db, drop } = await createTemporaryTestDatabase()
  const origin = Date.now()
  // only happenings that end before the end of the past, so that the transition adds no event
  const scenario: ScenarioInput = {
    ...oneCircuitScenario,
    happenings: oneHourScenarioWithAllEvents.happenings?.slice(0, 4) ?? [],
  }
  await generatePastOfScenario(db, scenario, origin, 'around-edges', { minutes: 60, end: Date.now })
  const past = { ...(await summaryOf(db)), polls: await pollsOf(db) }
  const seam = Date.now()

  const simulator = await startSimulator({
    scenario: parseSimulatorScenario(scenario),
    clock: createClock(Date.now()),
    origin,
  })
  const azure = createAzureClient({
    resourceManagerUrl: simulator.url,
    subscriptionIds: '*',
    createCredential: createSimulatedCredential,
  })
  // a shorter poll interval would be more work without a benefit for this test
  const quick = 2_000
  const worker = startWorker({
    db,
    azure,
    intervals: {
      sessionsMs: quick,
      circuitsMs: quick,
      routesMs: quick,
      inventoryMs: quick,
      metricsMs: MS_PER_MINUTE,
      activityMs: quick,
    },
  })
  try {
    const isPolled = async () => {
      const now = await pollsOf(db)
      // advertised routes are polled once an hour, and again only if other routes changed
      const wanted = (track: string) => (track.endsWith('/advertised') ? 1 : 3)
      return [...past.polls].every(([track, polls]) => (now.get(track) ?? 0) >= polls + wanted(track))
    }
    await waitUntilTrue('live polls of everything', isPolled, 200_000)
    expect([...(await pollsOf(db)).keys()].filter((track) => !track.endsWith('/metrics'))).toEqual([
      ...past.polls.keys(),
    ])
    expect(await summaryOf(db)).toEqual({ summary: past.summary })
    expect(await intervalsOver(db, seam)).toEqual([...past.polls.keys()])
    expect(past.summary).toMatchObject({ falls: 0 })
    expect(past.summary?.events).toBeGreaterThan(4)
  } finally {
    await worker.stop()
    azure.close()
    await simulator.close()
    await drop()
  }
})

it('reports its progress in proportion to the whole past, although the past is made in parts', async () => {
  const { db, drop } = await createTemporaryTestDatabase()
  const world = createWorld(parseSimulatorScenario(oneCircuitScenario), TEST_TIMELINE_START_MS)
  const shares: number[] = []
  const from = TEST_TIMELINE_START_MS - 10 * MS_PER_MINUTE
  const onProgress = (share: number) => shares.push(share)
  const past = await startPastGenerator({
    db,
    world,
    from,
    origin: TEST_TIMELINE_START_MS,
    horizon: TEST_TIMELINE_START_MS,
    onProgress,
  })
  try {
    await past.upTo(TEST_TIMELINE_START_MS - 5 * MS_PER_MINUTE)
    expect(Math.max(...shares)).toBeGreaterThan(0.3)
    expect(Math.max(...shares)).toBeLessThan(0.6)
    await past.upTo(TEST_TIMELINE_START_MS)
    expect(shares.at(-1)).toBe(1)
  } finally {
    past.close()
    await drop()
  }
})
