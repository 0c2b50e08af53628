import { beforeAll, expect, it } from 'vitest'
import type { DetectedIncident } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { createDownEvent } from '#lib/history/testing/event.ts'
import { listSources, upsertEvents, upsertIncidents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createTestEstatePollRecorder, TEST_ESTATE_GATEWAY_ARM_ID, createGatewayPeer } from '../testing/estate-feed.ts'
import { runQueryAsOfMoment } from '../scoped/as-of-moment.ts'
import { areIncidentsFinal } from './final-incidents.ts'

const db = withTestDatabase()
const NOW = Date.now()
const OPENED = NOW - 3 * MS_PER_HOUR

/** Stores the single incident of this test, closed at the given moment; null = open. */
async function isClosed(closedAt: number | null): Promise<void> {
  const incident: DetectedIncident = {
    key: 'one',
    scope: 'gw',
    root: 'fell',
    severity: 'major',
    members: ['fell'],
    started: { earliest: OPENED, latest: OPENED },
    ended: null,
    openedAt: OPENED,
    closedAt,
  }
  await upsertIncidents(db.pool, [incident])
}

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(OPENED - MS_PER_HOUR)
  for (const at of [OPENED - MS_PER_HOUR, OPENED + MS_PER_HOUR, NOW - MS_PER_MINUTE])
    await feed.peers(at, [createGatewayPeer('10.0.4.12', '10.0.4.4')])
  const [source] = await listSources(db.pool)
  await upsertEvents(db.pool, source?.sourceId ?? 0, [{ ...createDownEvent('fell', OPENED), incident: 'one' }])
})

it.each([
  ['before it opened', OPENED - 1, null, true],
  ['while it is open', OPENED, null, false],
  // It may be reopened, and would then have been open the whole time.
  ['after it closed, as long as it may open again', NOW - MS_PER_MINUTE, NOW - 59 * MS_PER_MINUTE, false],
  ['between, as long as its events take what is read late', OPENED, NOW - 59 * MS_PER_MINUTE, false],
  ['once nothing is read late any more', OPENED, NOW - MS_PER_HOUR, true],
])('an answer about a moment %s is judged for good or not', async (_, at, closedAt, expected) => {
  await isClosed(closedAt)
  expect(await areIncidentsFinal(db.pool, { at, since: NOW - MS_PER_HOUR })).toBe(expected)
})

it('an answer that incidents judge is not settled before that, and one of what was read is', async () => {
  await isClosed(null)
  const answer = async () => ({ freshness: { state: 'fresh' as const, oldestPollAt: null, latePollAt: null } })
  const ask = (judged?: boolean) =>
    runQueryAsOfMoment(
      db,
      {
        at: OPENED + MS_PER_MINUTE,
        kinds: ['peers'],
        scope: TEST_ESTATE_GATEWAY_ARM_ID,
        ...(judged !== undefined && { judged }),
      },
      answer,
    )
  expect(await ask(false)).toMatchObject({ settled: true })
  expect(await ask()).toMatchObject({ settled: false })
  await isClosed(NOW - 2 * MS_PER_HOUR)
  expect(await ask()).toMatchObject({ settled: true })
})
