import { beforeAll, expect, it } from 'vitest'
import { getOrCreateSourceId, saveThresholdsAsNewVersion } from '#lib/history/index.ts'
import { addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readPolledSourcePage } from '#lib/setup/answers/index.ts'
import { pollResourceFaster } from './watch-resource.ts'

const db = withTestDatabase()
const GATEWAY = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/watched'

beforeAll(async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: GATEWAY, subresource: '' })
  await addMissingPollsToSchedule(db, [
    { sourceId, kind: 'peers', everySeconds: 60 },
    { sourceId, kind: 'learned', everySeconds: 5 },
    { sourceId, kind: 'metrics', everySeconds: 300 },
  ])
})

const bursts = async () =>
  (await readPolledSourcePage(db, { scope: GATEWAY, limit: 100 })).data.map(({ kind, burst }) => [
    kind,
    burst?.reason ?? null,
  ])

it('polls the relevant sources faster, where they are slower, until somebody ends it', async () => {
  const begun = Date.now()
  const watch = await pollResourceFaster(db, { scope: GATEWAY.toUpperCase(), minutes: 10 })
  expect(watch).toMatchObject({ polls: 1, everySeconds: 10 })
  expect((watch.until ?? 0) - begun).toBeGreaterThan(590_000)
  expect(await bursts()).toEqual([
    ['learned', null],
    ['metrics', null],
    ['peers', 'watch'],
  ])
  expect(await pollResourceFaster(db, { scope: GATEWAY, minutes: 0 })).toMatchObject({ polls: 0, until: null })
  expect((await bursts()).flatMap(([, reason]) => reason ?? [])).toEqual([])
})

it('goes by the pace that is in force, not by the one that was shipped', async () => {
  await db.transaction((client) =>
    saveThresholdsAsNewVersion(client, {
      changed: { 'burst.interval': 2_000, 'burst.polls': 2 },
      expected: 0,
      by: 'test',
      note: '',
    }),
  )
  expect(await pollResourceFaster(db, { scope: GATEWAY, minutes: 1 })).toMatchObject({ polls: 2, everySeconds: 2 })
  await pollResourceFaster(db, { scope: GATEWAY, minutes: 0 })
})

it('asks no more of a subscription than its budget has room for, the most useful first', async () => {
  const sourceId = await getOrCreateSourceId(db.pool, {
    resourceId: GATEWAY.replace('watched', 'other'),
    subresource: '',
  })
  await addMissingPollsToSchedule(db, [{ sourceId, kind: 'stats', everySeconds: 60 }])
  await db.transaction((client) =>
    saveThresholdsAsNewVersion(client, {
      changed: { 'burst.interval': 2_000, 'burst.polls': 1 },
      expected: 1,
      by: 'test',
      note: '',
    }),
  )
  expect(await pollResourceFaster(db, { scope: GATEWAY, minutes: 1 })).toMatchObject({ polls: 1, rejectedPolls: 1 })
  expect(await bursts()).toContainEqual(['peers', 'watch'])
  // an existing watch continues, and leaves no budget for other resources
  expect(await pollResourceFaster(db, { scope: GATEWAY, minutes: 2 })).toMatchObject({ polls: 1, rejectedPolls: 1 })
  const other = GATEWAY.replace('watched', 'other')
  expect(await pollResourceFaster(db, { scope: other, minutes: 1 })).toMatchObject({
    polls: 0,
    rejectedPolls: 1,
    until: null,
  })
})

it('says so of what nobody knows', async () => {
  await expect(pollResourceFaster(db, { scope: 'nothing', minutes: 1 })).rejects.toThrow(/nothing is known by the id/)
})
