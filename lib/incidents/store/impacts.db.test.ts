import { expect, it } from 'vitest'
import {
  getOrCreateSourceId,
  computeEventId,
  computeShortId,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { storedOutage } from '#lib/questions/testing/stored-outage.ts'
import { readStoredImpacts, storeImpacts, readIncidentsWithoutStoredImpact } from './impacts.ts'

const START = Date.UTC(2026, 10, 20, 3)
const MINUTE = 60_000
const db = withTestDatabase()

it('keeps the impact of a closed incident until it is calculated for something else', async () => {
  await createTestEstatePollRecorder(db).inventory(START, createInventoryRows())
  const source = await getOrCreateSourceId(db.pool, { resourceId: TEST_ESTATE_GATEWAY_ARM_ID, subresource: '' })
  const bounds = { earliest: START, latest: START }
  const event = {
    ...storedOutage('a', 'gateway_isolated', bounds, bounds),
    scope: computeShortId(TEST_ESTATE_GATEWAY_ARM_ID),
    incident: 'a',
  }
  await upsertEvents(db.pool, source, [event])
  const { severity, started, ended, scope } = event
  const times = { openedAt: START, closedAt: START + MINUTE }
  await upsertIncidents(db.pool, [{ key: 'a', root: 'a', scope, severity, members: [], started, ended, ...times }])
  const id = computeEventId('a')
  expect(await readIncidentsWithoutStoredImpact(db.pool, START, 10)).toEqual([])
  expect(await readIncidentsWithoutStoredImpact(db.pool, START + MINUTE, 10)).toEqual([id])

  const effects = [{ kind: 'lost', destination: null, isCertain: true, count: 3 }] as const
  const absences = [{ prefixes: ['10.1.0.0/16'], gateway: 'g', circuits: [], absences: [] }]
  const impact = { routes: 'read' as const, unread: [], counts: { isWhole: true, effects }, absences }
  const store = (of: string, count: number) =>
    storeImpacts(db.pool, [
      {
        id,
        closedAt: START + MINUTE,
        of,
        ...impact,
        counts: { isWhole: true, effects: effects.map((one) => ({ ...one, count })) },
      },
    ])
  const stored = async (withAbsences = false) => (await readStoredImpacts(db.pool, [id], { withAbsences })).get(id)
  await store('first', 3)
  expect(await readIncidentsWithoutStoredImpact(db.pool, START + MINUTE, 10)).toEqual([])
  expect(await stored()).toEqual({ ...impact, of: 'first', isStillLost: false, absences: [] })
  expect((await stored(true))?.absences).toEqual(absences)
  await store('first', 0)
  expect((await stored())?.counts?.effects[0]?.count).toBe(3)
  await store('second', 0)
  expect((await stored())?.counts?.effects[0]?.count).toBe(0)
})
