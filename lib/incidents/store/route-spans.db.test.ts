import { expect, it } from 'vitest'
import { readListedResources, computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { learnedRoute } from '#lib/questions/testing/record-feed.ts'
import { findPeriodsWithRouteChanges, readRoutePresences, type RouteTablePeriod } from './route-spans.ts'

const START = Date.UTC(2026, 10, 20, 3)
const MINUTE = 60_000
const gateway = computeShortId(TEST_ESTATE_GATEWAY_ARM_ID)
const db = withTestDatabase()

it('finds routes that went within a window, the window itself, and routes beside them that overlap', async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(START, createInventoryRows())
  const kept = learnedRoute('10.10.0.0/16')
  await feed.learned(START + MINUTE, [kept, learnedRoute('10.10.5.0/24'), learnedRoute('10.20.0.0/16')])
  await feed.learned(START + 2 * MINUTE, [kept, learnedRoute('10.20.0.0/16')])
  await feed.learned(START + 3 * MINUTE, [kept, learnedRoute('10.20.0.0/16')])
  const during = (from: number, to: number): RouteTablePeriod => ({
    learners: [gateway],
    hub: null,
    from: START + from * MINUTE,
    to: START + to * MINUTE,
  })
  expect(await findPeriodsWithRouteChanges(db.pool, [during(1.5, 2.5), during(2.5, 3.5)])).toEqual(new Set([0]))
  expect(await findPeriodsWithRouteChanges(db.pool, [])).toEqual(new Set())
  const spans = await readRoutePresences(db.pool, during(1.5, 2.5))
  expect(spans?.map(({ prefix, firstAbsent }) => [prefix, firstAbsent !== null]).toSorted()).toEqual([
    ['10.10.0.0/16', false],
    ['10.10.5.0/24', true],
  ])
})

it('lists the resources of an inventory', async () => {
  const { rows } = await db.pool.query<{ id: number }>(
    'SELECT DISTINCT listed_by AS id FROM resource WHERE listed_by IS NOT NULL',
  )
  const listed = (await Promise.all(rows.map(({ id }) => readListedResources(db.pool, id)))).flat()
  expect(listed.map(({ resourceId }) => resourceId.toLowerCase())).toContain(TEST_ESTATE_GATEWAY_ARM_ID.toLowerCase())
})
