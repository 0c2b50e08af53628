import { beforeAll, expect, it } from 'vitest'
import type { TimestampBounds, EventKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, computeShortId, upsertEvents } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getGatewayTraffic } from '#lib/gateways/answers/index.ts'
import { createDatabaseReaderAsOfMoment } from '#lib/questions/index.ts'
import {
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createGatewayPeer,
} from '#lib/questions/testing/estate-feed.ts'
import { storedOutage } from '#lib/questions/testing/stored-outage.ts'
import { getUptime } from './uptime.ts'

const db = withTestDatabase()
const midnight = Date.UTC(2026, 10, 3)
/** Current time, one hour after midnight. Polls began one hour before midnight. */
const now = midnight + 60 * MS_PER_MINUTE
const [circuit, gateway] = [computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID), computeShortId(TEST_ESTATE_GATEWAY_ARM_ID)]
const at = (minutes: number): TimestampBounds => ({
  earliest: midnight + minutes * MS_PER_MINUTE - 10_000,
  latest: midnight + minutes * MS_PER_MINUTE + 10_000,
})
const ofGateway = (key: string, kind: EventKind, from: number, to: number) => ({
  ...storedOutage(key, kind, at(from), at(to)),
  scope: gateway,
})
const exactly = (seconds: number) => ({ atLeast: seconds, atMost: seconds })

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(midnight - 61 * MS_PER_MINUTE)
  for (let minute = -60; minute <= 60; minute += 2) {
    await feed.peers(midnight + minute * MS_PER_MINUTE, [
      createGatewayPeer('10.0.4.12', '10.0.4.4'),
      createGatewayPeer('10.0.4.13', '10.0.4.4'),
    ])
    for (const path of ['primary', 'secondary'] as const)
      await feed.summary(midnight + minute * MS_PER_MINUTE, path, [createCustomerNeighbor(path), azureSide()])
  }
  const buckets = [30, 25, 20, 15].map((minutes) => now - minutes * MS_PER_MINUTE)
  await feed.gatewayMetrics(
    now,
    buckets.flatMap((begin) =>
      ['a', 'b'].map((instance) => ({
        metric: 'ExpressRouteGatewayBitsPerSecond',
        instance,
        average: 3_000_000,
        at: begin,
      })),
    ),
  )
  const source = await getOrCreateSourceId(db.pool, { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource: '' })
  await upsertEvents(db.pool, source, [
    storedOutage('a', 'circuit_down', at(-2), at(3)),
    storedOutage('b', 'path_down', at(-2), at(8)),
    storedOutage('c', 'circuit_down', at(30), at(40)),
  ])
  const work = {
    id: 'work',
    title: 'Work',
    from: new Date(midnight + 20 * MS_PER_MINUTE).toISOString(),
    to: new Date(midnight + 50 * MS_PER_MINUTE).toISOString(),
    recurrence: null,
    scopes: [circuit],
    paths: [],
    note: '',
  }
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { maintenance: [work] }, { by: 'ops', expected: null }),
  )
  await upsertEvents(
    db.pool,
    await getOrCreateSourceId(db.pool, { resourceId: TEST_ESTATE_GATEWAY_ARM_ID, subresource: '' }),
    [ofGateway('d', 'peer_lost', -20, -10), ofGateway('e', 'gateway_isolated', 10, 15)],
  )
})

const uptimeOf = async (id: string, days: number) =>
  (await getUptime(db, { days, scope: undefined }, now)).data.find((one) => one.id === id)

it('days before the first poll are one run without data, and an outage over midnight is divided', async () => {
  const found = await uptimeOf(circuit, 90)
  expect(found?.type).toBe('circuit')
  const [unseen, yesterday, today, ...more] = found?.days ?? []
  expect(more).toEqual([])
  expect(unseen).toEqual({
    from: '2026-08-06',
    days: 88,
    seconds: 86_400,
    upSeconds: exactly(0),
    downSeconds: exactly(0),
    partDownSeconds: exactly(0),
    unknownSeconds: 86_400,
    plannedSeconds: 0,
  })
  expect(yesterday).toMatchObject({ from: '2026-11-02', days: 1, downSeconds: { atLeast: 110, atMost: 130 } })
  expect(today).toMatchObject({
    from: '2026-11-03',
    seconds: 3_600,
    downSeconds: { atLeast: 170, atMost: 190 },
    // the loss of one path, and the loss of both
    partDownSeconds: { atLeast: 470 + 580, atMost: 490 + 620 },
    plannedSeconds: 620,
    unknownSeconds: 0,
  })
})

it('a gateway is down while none of its sessions is up, and in part while a neighbor is lost', async () => {
  const [, yesterday, today] = (await uptimeOf(gateway, 3))?.days ?? []
  expect(yesterday).toMatchObject({ downSeconds: exactly(0), partDownSeconds: { atLeast: 580, atMost: 620 } })
  expect(today).toMatchObject({
    downSeconds: { atLeast: 280, atMost: 320 },
    partDownSeconds: { atLeast: 280, atMost: 320 },
  })
})

it('as of a moment the days end then, and an outage that ended later goes on', async () => {
  const then = midnight + 14 * MS_PER_MINUTE
  const { data } = await getUptime(
    createDatabaseReaderAsOfMoment(db, then, now),
    { days: 2, scope: TEST_ESTATE_GATEWAY_ARM_ID },
    then,
  )
  expect(data[0]?.days.at(-1)).toMatchObject({
    from: '2026-11-03',
    seconds: 840,
    // the last poll that proves the outage was at 00:12
    downSeconds: { atLeast: 110, atMost: 250 },
  })
})

it('one resource is asked for by its id; one that is unknown is not found', async () => {
  const { data } = await getUptime(db, { days: 3, scope: TEST_ESTATE_GATEWAY_ARM_ID }, now)
  expect(data).toEqual([await uptimeOf(gateway, 3)])
  await expect(getUptime(db, { days: 3, scope: 'nothing' }, now)).rejects.toThrow(/nothing is known/)
})

it('what passed a gateway is of all instances together, and null where less than half was reported', async () => {
  const { data } = await getGatewayTraffic(db, now)
  expect(data.map(({ id }) => id)).toEqual([gateway])
  expect(data[0]?.bitsPerSecond).toHaveLength(48)
  expect(data[0]?.bitsPerSecond.slice(-2)).toEqual([null, 6_000_000])
})

it('an outage that goes on is certain only until the last poll that proved it', async () => {
  const last = midnight + 60 * MS_PER_MINUTE
  const resources = [
    { id: circuit, arm: TEST_ESTATE_CIRCUIT_ARM_ID, outage: storedOutage('late', 'circuit_down', at(55), null) },
    {
      id: gateway,
      arm: TEST_ESTATE_GATEWAY_ARM_ID,
      outage: { ...storedOutage('late gateway', 'gateway_isolated', at(55), null), scope: gateway },
    },
  ]
  for (const { arm, outage } of resources)
    await upsertEvents(db.pool, await getOrCreateSourceId(db.pool, { resourceId: arm, subresource: '' }), [outage])
  const downOf = async (id: string, then: number) =>
    (await getUptime(db, { days: 1, scope: undefined }, then)).data.find((one) => one.id === id)?.days[0]?.downSeconds
  for (const { id } of resources) {
    const [before, after] = [await downOf(id, last), await downOf(id, last + 30 * MS_PER_MINUTE)]
    expect(after?.atLeast).toBe(before?.atLeast)
    expect(after?.atMost).toBe((before?.atMost ?? 0) + 30 * 60)
  }
})
