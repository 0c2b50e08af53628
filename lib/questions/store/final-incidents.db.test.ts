import { beforeAll, expect, it } from 'vitest'
import type { DetectedIncident } from '#lib/contract/index.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { createDownEvent } from '#lib/history/testing/event.ts'
import { listSources, upsertEvents, upsertIncidents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { estateFeed, GATEWAY, peer } from '../testing/estate-feed.ts'
import { runQueryAsOfMoment } from '../scoped/as-of-moment.ts'
import { areIncidentsFinal } from './final-incidents.ts'

const db = withTestDatabase()
const NOW = Date.now()
const OPENED = NOW - 3 * HOUR

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
  const feed = estateFeed(db)
  await feed.inventory(OPENED - HOUR)
  for (const at of [OPENED - HOUR, OPENED + HOUR, NOW - MINUTE]) await feed.peers(at, [peer('10.0.4.12', '10.0.4.4')])
  const [source] = await listSources(db.pool)
  await upsertEvents(db.pool, source?.sourceId ?? 0, [{ ...createDownEvent('fell', OPENED), incident: 'one' }])
})

it.each([
  ['before it opened', OPENED - 1, null, true],
  ['while it is open', OPENED, null, false],
  // It may be reopened, and would then have been open the whole time.
  ['after it closed, as long as it may open again', NOW - MINUTE, NOW - 59 * MINUTE, false],
  ['between, as long as its events take what is read late', OPENED, NOW - 59 * MINUTE, false],
  ['once nothing is read late any more', OPENED, NOW - HOUR, true],
])('an answer about a moment %s is judged for good or not', async (_, at, closedAt, expected) => {
  await isClosed(closedAt)
  expect(await areIncidentsFinal(db.pool, { at, since: NOW - HOUR })).toBe(expected)
})

it('an answer that incidents judge is not settled before that, and one of what was read is', async () => {
  await isClosed(null)
  const answer = async () => ({ freshness: { state: 'fresh' as const, oldestPollAt: null, latePollAt: null } })
  const ask = (judged?: boolean) =>
    runQueryAsOfMoment(
      db,
      { at: OPENED + MINUTE, kinds: ['peers'], scope: GATEWAY, ...(judged !== undefined && { judged }) },
      answer,
    )
  expect(await ask(false)).toMatchObject({ settled: true })
  expect(await ask()).toMatchObject({ settled: false })
  await isClosed(NOW - 2 * HOUR)
  expect(await ask()).toMatchObject({ settled: true })
})
