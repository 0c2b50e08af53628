import { beforeAll, expect, it } from 'vitest'
import { syncPollSchedule } from '#lib/history/index.ts'
import { type TestPollSource, createTestPollSource } from '#lib/history/testing/feed.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readRegionOfSource, readSourcesOfResource, readSourcesOfSubscription } from './sources-to-postpone.ts'

const db = withTestDatabase()
const SUBSCRIPTION = '5CA1AB1E-0000-4000-8000-000000000001'
let near: TestPollSource
let part: TestPollSource
let far: TestPollSource

beforeAll(async () => {
  near = await createTestPollSource(db, { name: 'near' })
  part = await createTestPollSource(db, { name: 'near', subresource: '10.0.0.1' })
  far = await createTestPollSource(db, { name: 'far' })
  const planned = [near, far].map(({ resourceId }) => ({
    resourceId,
    subresource: '',
    kind: 'peers' as const,
    everySeconds: 60,
  }))
  const ofPart = { resourceId: near.resourceId, subresource: '10.0.0.1', kind: 'advertised' as const, everySeconds: 60 }
  await db.transaction((client) => syncPollSchedule(client, [...planned, ofPart]))
  await db.pool.query("UPDATE resource SET location = CASE name WHEN 'near' THEN 'UKSouth' ELSE 'westeurope' END")
})

const sorted = (ids: number[]) => ids.toSorted((a, b) => a - b)
const idsOf = (...feeds: TestPollSource[]) => feeds.map(({ sourceId }) => sourceId)

it('a resource is found by its ARM id in any capitals, with what is polled of its parts', async () => {
  expect(sorted(await readSourcesOfResource(db.pool, near.resourceId.toUpperCase()))).toEqual(idsOf(near, part))
  expect(await readSourcesOfResource(db.pool, `${near.resourceId}0`)).toEqual([])
})

it('a subscription has those of all regions, or of one', async () => {
  expect(sorted(await readSourcesOfSubscription(db.pool, SUBSCRIPTION))).toEqual(idsOf(near, part, far))
  expect(sorted(await readSourcesOfSubscription(db.pool, SUBSCRIPTION, 'uksouth'))).toEqual(idsOf(near, part))
  expect(await readSourcesOfSubscription(db.pool, 'none')).toEqual([])
})

it('a source has the region that Azure names, or none', async () => {
  expect(await readRegionOfSource(db.pool, part.sourceId)).toBe('UKSouth')
  expect(await readRegionOfSource(db.pool, (await createTestPollSource(db)).sourceId)).toBeNull()
  expect(await readRegionOfSource(db.pool, 2 ** 31 - 1)).toBeNull()
})
