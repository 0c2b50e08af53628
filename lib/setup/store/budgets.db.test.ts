import { beforeAll, describe, expect, it } from 'vitest'
import type { PollKind } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readBudgetsInUse } from './budgets.ts'
import { syncPollSchedule } from '#lib/history/index.ts'
import { type TestPollSource, createTestPollSource } from '#lib/history/testing/feed.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 9)
const SUBSCRIPTION = '5ca1ab1e-0000-4000-8000-000000000001'
let near: TestPollSource
let part: TestPollSource
let far: TestPollSource

const planned = ({ resourceId }: TestPollSource, kind: PollKind, subresource = '') => ({
  resourceId,
  subresource,
  kind,
  everySeconds: 60,
})

beforeAll(async () => {
  near = await createTestPollSource(db, { name: 'near' })
  part = await createTestPollSource(db, { name: 'near', subresource: '10.0.0.1' })
  far = await createTestPollSource(db, { name: 'far' })
  const wanted = [
    planned(near, 'peers'),
    planned(near, 'metrics'),
    planned(part, 'advertised', '10.0.0.1'),
    planned(far, 'peers'),
  ]
  await db.transaction((client) => syncPollSchedule(client, wanted))
  const locate = (name: string, region: string) =>
    db.pool.query('UPDATE resource SET location = $2 WHERE name = $1', [name, region])
  await locate('near', 'UKSouth')
  await locate('far', 'westeurope')
})

/** Records a poll that ended some seconds ago and whose response reported the remaining budget. */
async function reported(feed: TestPollSource, secondsAgo: number, left: object): Promise<void> {
  const finishedAt = NOW - secondsAgo * 1_000
  await feed.record('peers', { startedAt: finishedAt - 1_000, finishedAt, rows: [] })
  await db.pool.query('UPDATE poll_state SET budget = $2 WHERE source_id = $1', [feed.sourceId, JSON.stringify(left)])
}

const used = async (feed: TestPollSource, kind: PollKind = 'peers') =>
  Object.fromEntries((await readBudgetsInUse(db.pool, NOW))(feed.sourceId, kind).map((one) => [one.name, one.used]))

describe('budgets', () => {
  it('are those of its kind, of ARM by identity and of the network provider by region', async () => {
    const drawn = await readBudgetsInUse(db.pool, NOW)
    const own = drawn(near.sourceId, 'peers').map(({ name, subscriptionId, region, identity }) => [
      name,
      subscriptionId,
      region,
      identity,
    ])
    expect(own.toSorted()).toEqual([
      ['arm.reads', SUBSCRIPTION, null, 'default'],
      ['arm.writes', SUBSCRIPTION, null, 'default'],
      ['network.reads', SUBSCRIPTION, 'uksouth', null],
      ['network.writes', SUBSCRIPTION, 'uksouth', null],
    ])
    expect(drawn(near.sourceId, 'metrics').map(({ name }) => name)).toEqual(['arm.reads'])
    expect(drawn(near.sourceId, 'learned')).toEqual([])
  })

  it('that no answer reported are of unknown use', async () =>
    expect(await used(near)).toEqual({
      'arm.reads': null,
      'arm.writes': null,
      'network.reads': null,
      'network.writes': null,
    }))

  it('hold the newest report of all that draw from them, the provider’s of their region only', async () => {
    await reported(far, 3, { remainingReads: 240, remainingWrites: null, remainingNetworkWrites: 990 })
    await reported(near, 2, { remainingReads: 200, remainingWrites: 190, remainingNetworkWrites: 900 })
    expect(await used(far)).toEqual({
      'arm.reads': 50,
      'arm.writes': 10,
      'network.reads': null,
      'network.writes': 10,
    })
    expect(await used(near, 'metrics')).toEqual({ 'arm.reads': 50 })
    expect((await used(part, 'advertised'))['network.writes']).toBe(100)
  })

  it('forget a report that is older than their window', async () => {
    await db.pool.query(`UPDATE poll_state SET last_finished_at = last_finished_at - interval '1 hour'`)
    expect(Object.values(await used(near))).toEqual([null, null, null, null])
  })
})

describe('budgets of a subscription that several identities ask for', () => {
  it('are one for each of ARM’s, with what its own answers left, and one of the network provider’s', async () => {
    const answered = ({ sourceId }: TestPollSource, secondsAgo: number, budget: object) =>
      db.pool.query('UPDATE poll_state SET last_finished_at = $2, budget = $3 WHERE source_id = $1', [
        sourceId,
        new Date(NOW - secondsAgo * 1_000),
        JSON.stringify(budget),
      ])
    await answered(near, 2, {
      remainingReads: 100,
      remainingWrites: 150,
      remainingNetworkReads: 900,
      identity: 'first',
    })
    await answered(far, 1, { remainingReads: 240, remainingWrites: 190, identity: 'second' })
    const drawn = (await readBudgetsInUse(db.pool, NOW))(near.sourceId, 'peers')
    expect(drawn.map(({ name, identity, used: spent }) => [name, identity, spent]).toSorted()).toEqual([
      ['arm.reads', 'first', 150],
      ['arm.reads', 'second', 10],
      ['arm.writes', 'first', 50],
      ['arm.writes', 'second', 10],
      ['network.reads', null, 9_100],
      ['network.writes', null, null],
    ])
  })
})
