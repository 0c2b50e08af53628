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
import {
  IMPACT_RULES_VERSION,
  readStoredImpacts,
  storeImpacts,
  readIncidentsWithoutStoredImpact,
  type RouteTableImpact,
} from './impacts.ts'

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
  const list = async (closedBy = START + MINUTE) =>
    (await readIncidentsWithoutStoredImpact(db.pool, { closedBy, limit: 10 })).map((one) => one.id)
  expect(await list(START)).toEqual([])
  expect(await list()).toEqual([id])
  const [first] = await readIncidentsWithoutStoredImpact(db.pool, { closedBy: START + MINUTE, limit: 10 })
  const readAt = first?.readAt ?? 0
  expect(
    await readIncidentsWithoutStoredImpact(db.pool, { closedBy: START + MINUTE, limit: 10, after: first }),
  ).toEqual([])
  // a change whose transaction began before the reading may be committed after it
  const changed = (seconds: number) =>
    db.pool.query('UPDATE incident SET updated_at = $1', [new Date(readAt + seconds * 1_000)])

  const effects = [{ kind: 'lost', destination: null, isCertain: true, count: 3 }] as const
  const absences = [{ prefixes: ['10.1.0.0/16'], gateway: 'g', circuits: [], absences: [] }]
  const impact = { routes: 'read' as const, unread: [], counts: { isWhole: true, effects }, absences }
  const store = (of: string, count: number, hasTables = true, fields: Partial<RouteTableImpact> = {}) => {
    const counts = { isWhole: true, effects: effects.map((one) => ({ ...one, count })) }
    const one = { id, closedAt: START + MINUTE, of, hasTables, ...impact, counts, ...fields }
    return storeImpacts(db.pool, [one], readAt)
  }
  const stored = async (withAbsences = false) => (await readStoredImpacts(db.pool, [id], { withAbsences })).get(id)
  await store('first', 3)
  for (const seconds of [1, -30]) {
    await changed(seconds)
    expect(await list()).toEqual([id])
  }
  await changed(-90)
  expect(await list()).toEqual([])
  const known = { rules: IMPACT_RULES_VERSION, storedAt: readAt, lastReturn: null, isStillLost: false }
  expect(await stored()).toEqual({ ...impact, ...known, of: 'first', absences: [] })
  expect((await stored(true))?.absences).toEqual(absences)
  await store('first', 0)
  expect((await stored())?.counts?.effects[0]?.count).toBe(3)
  await store('second', 7, false)
  expect(await stored()).toMatchObject({ of: 'second', counts: { effects: [{ count: 3 }] } })
  await store('third', 0)
  expect((await stored())?.counts?.effects[0]?.count).toBe(0)

  // an impact without numbers replaces the numbers of other inputs, but not those of the same inputs if it is unknown
  await store('third', 0, true, { routes: 'unknown', counts: null })
  expect(await stored()).toMatchObject({ routes: 'read', counts: { effects: [{ count: 0 }] } })
  for (const routes of ['not_read', 'not_polled', 'unknown', 'read'] as const) {
    await store('third', 4)
    await store(`${routes} later`, 0, true, { routes, counts: null })
    expect(await stored()).toMatchObject({ of: `${routes} later`, routes, counts: null })
  }
  await store('third', 0)

  // rules of a lower version, and tables that had not been read, are computed again
  await db.pool.query(`UPDATE incident_impact SET impact = impact - 'rules'`)
  expect(await list()).toEqual([id])
  await store('third', 5)
  expect(await list()).toEqual([])
  expect((await stored())?.counts?.effects[0]?.count).toBe(5)
  await db.pool.query(`UPDATE incident_impact SET impact = impact || '{"routes": "not_read"}', stored_at = $1`, [
    new Date(START),
  ])
  await db.pool.query(`UPDATE incident SET updated_at = $1`, [new Date(START)])
  expect(await list()).toEqual([id])
  await store('third', 6)
  expect(await stored()).toMatchObject({ routes: 'read', counts: { effects: [{ count: 6 }] } })

  // the interval of comparisons becomes longer with the time since the closing
  const isListed = async (closedHoursAgo: number, storedHoursAgo: number, isWhole = true) => {
    const hours = (count: number) => new Date(START + MINUTE + count * 60 * MINUTE)
    await db.pool.query(`UPDATE incident_impact SET impact = impact || '{"routes": "not_read"}', stored_at = $1`, [
      hours(closedHoursAgo - storedHoursAgo),
    ])
    const closedBy = hours(closedHoursAgo).getTime()
    return (await readIncidentsWithoutStoredImpact(db.pool, { closedBy, limit: 10, isWhole })).length > 0
  }
  expect([await isListed(20, 1), await isListed(20, 3), await isListed(190, 5), await isListed(190, 7)]).toEqual([
    false,
    true,
    false,
    true,
  ])
  // older incidents are checked only by the first run of a process
  const rules = async (closedHoursAgo: number, isWhole: boolean) => {
    const closedBy = START + MINUTE + closedHoursAgo * 60 * MINUTE
    return (await readIncidentsWithoutStoredImpact(db.pool, { closedBy, limit: 10, isWhole })).length
  }
  await db.pool.query(`UPDATE incident_impact SET impact = impact || '{"rules": 0}'`)
  expect([await rules(190, false), await rules(200, false), await rules(200, true)]).toEqual([1, 0, 1])
})
