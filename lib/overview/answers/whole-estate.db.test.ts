import { beforeAll, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { computeEventId, listSources, upsertEvents, upsertIncidents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getEvents, getIncident, getIncidents } from '#lib/incidents/answers/index.ts'

import { createCircuitRow, createTestPollRecorder } from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const now = Date.now()

const low: DetectedEvent = {
  key: 'low everywhere',
  kind: 'traffic_low_everywhere',
  severity: 'info',
  scope: 'estate',
  subject: 'all circuits',
  started: { earliest: now - 120_000, latest: now - 60_000 },
  ended: null,
  duration: null,
  detectedAt: now - 60_000,
  evidence: [],
  causes: [],
  flags: [],
  incident: 'incident',
}

beforeAll(async () => {
  await createTestPollRecorder(db).inventory(now - 60_000, [createCircuitRow('ckt-lon')])
  const [source] = await listSources(db.pool)
  await upsertEvents(db.pool, source?.sourceId ?? 0, [
    low,
    { ...low, key: 'low here', scope: 'circuit001', incident: null },
  ])
  await upsertIncidents(db.pool, [
    {
      key: 'incident',
      scope: 'estate',
      root: low.key,
      severity: 'info',
      members: [low.key],
      started: low.started,
      ended: null,
      openedAt: low.detectedAt,
      closedAt: null,
    },
  ])
})

it('what is about the whole estate is asked for by that, is called so, and rests on every poll', async () => {
  const { data, freshness } = await getEvents(db, { scope: 'estate', limit: 10 }, now)
  expect(data).toMatchObject([{ id: computeEventId(low.key), scope: 'estate', scopeName: 'Whole estate' }])
  expect(freshness).toEqual((await getEvents(db, { limit: 10 }, now)).freshness)
})

it('is found by its name', async () => {
  const { data } = await getEvents(db, { text: 'whole estate', limit: 10 }, now)
  expect(data.map(({ id }) => id)).toEqual([computeEventId(low.key)])
})

it('an incident about it is called so as well', async () => {
  const { data } = await getIncidents(db, { limit: 10 }, now)
  expect(data).toMatchObject([{ scope: 'estate', scopeName: 'Whole estate', root: { scopeName: 'Whole estate' } }])
  expect((await getIncident(db, computeEventId('incident'), now)).data.scopeName).toBe('Whole estate')
  expect((await getIncidents(db, { scope: 'estate', limit: 10 }, now)).data).toEqual(data)
})
