import { expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { recordApiVersion } from '../store/index.ts'
import { updatePollIntervals, addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { createCircuitRow, createTestPollRecorder } from '#lib/questions/testing/record-feed.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readPolledSourcePage } from './sources.ts'
import { getSourcesSummary } from './sources-summary.ts'

const db = withTestDatabase()
const GROUP = '/subscriptions/S/resourceGroups/g'
const gateway = (name: string) => `${GROUP}/providers/Microsoft.Network/virtualNetworkGateways/${name}`

async function sources() {
  return readPolledSourcePage(db, { limit: 100 })
}

/** Creates a gateway as recorded by an inventory, with one scheduled poll. */
async function known(name: string, region: string, tags: object): Promise<number> {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: gateway(name), subresource: '' })
  await db.pool.query(
    `UPDATE resource SET config = $2, location = $3, first_present = now(), last_present = now(), listed_by = $4
     WHERE arm_key = lower($1)`,
    [gateway(name), JSON.stringify({ tags, properties: {} }), region, sourceId],
  )
  await addMissingPollsToSchedule(db, [{ sourceId, kind: 'peers', everySeconds: 60 }])
  return sourceId
}

it('shows the budgets that a source draws from, the network provider’s by region', async () => {
  const sourceId = await known('south', 'uksouth', {})
  await known('west', 'westeurope', { env: 'test' })
  await db.pool.query(
    `INSERT INTO poll_state (source_id, kind, last_outcome, last_started_at, last_finished_at, budget)
     VALUES ($1, 'peers', 'ok', now(), now(), '{"remainingReads": 230, "remainingWrites": null, "remainingNetworkWrites": 940}')`,
    [sourceId],
  )
  const { data } = await sources()
  const used = (name: string) =>
    data.find(({ scopeName }) => scopeName === name)?.budgets.map((budget) => [budget.name, budget.region, budget.used])
  expect(used('south')).toEqual([
    ['arm.writes', null, null],
    ['network.writes', 'uksouth', 60],
    ['arm.reads', null, 20],
    ['network.reads', 'uksouth', null],
  ])
  expect(used('west')).toEqual([
    ['arm.writes', null, null],
    ['network.writes', 'westeurope', null],
    ['arm.reads', null, 20],
    ['network.reads', 'westeurope', null],
  ])
  expect(data[0]?.budgets[0]).toMatchObject({ subscriptionId: 's', identity: 'default', limit: 200, windowSeconds: 20 })
})

it('shows every bucket that Azure reported, and the load of the network provider as its use', async () => {
  const sourceId = await known('east', 'northeurope', {})
  const none = { remaining: null, limit: null, windowSeconds: null, usedPercent: null, resetAt: null }
  const buckets = [
    { ...none, name: 'subscription-reads', remaining: 1_099 },
    { ...none, name: 'subscription-global-reads', remaining: 16_499 },
    { ...none, name: 'network-read', usedPercent: 0.2 },
  ]
  await db.pool.query(
    `INSERT INTO poll_state (source_id, kind, last_outcome, last_started_at, last_finished_at, budget)
     VALUES ($1, 'peers', 'ok', now(), now(), $2)`,
    [sourceId, { remainingReads: 1_099, remainingWrites: null, buckets }],
  )
  const { data } = await sources()
  const east = data.find(({ scopeName }) => scopeName === 'east')
  expect(east?.buckets).toEqual(buckets)
  expect(east?.budgets).toMatchObject([
    { name: 'arm.writes', used: null },
    { name: 'network.writes', used: null },
    { name: 'arm.reads', limit: 1_100, windowSeconds: 44, used: 1 },
    { name: 'network.reads', limit: 10_000, used: 20 },
  ])
  await db.pool.query('DELETE FROM poll_schedule WHERE source_id = $1', [sourceId])
})

it('shows what is excluded from polling, and by which declaration', async () => {
  expect((await sources()).excluded).toEqual([])
  const exclusions = [{ match: 'tag:env=test', why: 'a lab' }]
  await db.transaction((client) => saveDeclarationsAsNewVersion(client, { exclusions }, { by: 'alice', expected: 0 }))
  expect((await sources()).excluded).toEqual([
    { scope: expect.any(String), scopeName: 'west', resourceId: gateway('west'), match: 'tag:env=test', why: 'a lab' },
  ])
})

it('shows the version of Azure’s API that is in use instead of the SDK’s', async () => {
  expect((await sources()).apiVersion).toBeNull()
  await recordApiVersion(db.pool, { version: '2025-03-01', chosenBy: 'azure' })
  expect((await sources()).apiVersion).toEqual({ version: '2025-03-01', chosenBy: 'azure' })
})

it('shows planned beside configured and observed interval, why it is longer, and what would shorten it', async () => {
  const sourceId = await known('north', 'uksouth', {})
  const plan = {
    limitedBy: 'budget',
    budget: 'arm.writes',
    withIdentitySeconds: 60,
    withLonger: { rank: 'tables', seconds: 84 },
  }
  await db.pool.query(
    `INSERT INTO poll_state (source_id, kind, last_outcome, last_started_at, last_finished_at, recent_starts, recent_durations)
     VALUES ($1, 'peers', 'ok', now(), now(), ARRAY[now() - interval '240 s', now() - interval '120 s', now()], ARRAY[2000, 2000, 2000])`,
    [sourceId],
  )
  const shown = async () => (await sources()).data.find(({ scopeName }) => scopeName === 'north')
  expect(await shown()).toMatchObject({ configuredSeconds: 60, intervalSeconds: 60, limitedBy: null, relief: null })
  await updatePollIntervals(db, [{ sourceId, kind: 'peers', configuredSeconds: 60, everySeconds: 120, plan }])
  expect(await shown()).toMatchObject({
    configuredSeconds: 60,
    intervalSeconds: 120,
    observedSeconds: { p50: 120, p95: 120 },
    limitedBy: 'budget',
    limitingBudget: 'arm.writes',
    relief: { withIdentitySeconds: 60, withLonger: { rank: 'tables', seconds: 84 } },
    floorSeconds: 122,
  })
})

it('counts each poll once: one that fails is no fresh one, and one that was not asked yet no fault', async () => {
  const { data: before } = await getSourcesSummary(db)
  await known('unasked', 'uksouth', {})
  const failing = await known('failing', 'uksouth', {})
  await db.pool.query(
    `INSERT INTO poll_state (source_id, kind, last_outcome, last_started_at, last_finished_at, error)
     VALUES ($1, 'peers', 'forbidden', now(), now(), $2)`,
    [failing, JSON.stringify({ code: 'AuthorizationFailed', detail: '' })],
  )
  expect((await getSourcesSummary(db)).data).toEqual({
    ...before,
    failing: before.failing + 1,
    notPolled: before.notPolled + 1,
  })
})

it('names resources of the edge whose types are not polled, with Azure’s type', async () => {
  expect((await sources()).listedOnly).toEqual([])
  const resourceId = '/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/interconnectGroups/group'
  await createTestPollRecorder(db).inventory(Date.now(), [
    {
      ...createCircuitRow('beside'),
      resourceId,
      type: armTypes.otherEdgeResource,
      name: 'group',
      config: { properties: { armType: 'microsoft.network/InterconnectGroups' } },
    },
  ])
  expect((await sources()).listedOnly).toEqual([
    { scope: expect.any(String), scopeName: 'group', resourceId, type: 'microsoft.network/interconnectgroups' },
  ])
})
