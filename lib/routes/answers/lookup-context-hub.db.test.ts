import { beforeAll, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createNetworkRow,
  createTestPollRecorder,
  gatewayId,
  pathRoute,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { lookUpRoutesToAddress } from './route-lookup.ts'

const db = withTestDatabase()
const minute = (n: number) => Date.UTC(2026, 10, 20, 3) + n * MS_PER_MINUTE
/** Number of minutes with polls every minute. The table of the hub is not polled in the minutes 61 to 68. */
const END = 90
const HUB = gatewayId('x').replace('virtualNetworkGateways/x', 'virtualHubs/vhub')

/** A Virtual WAN hub without BGP peers, so that only its route table is polled. */
beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  const config = { properties: { addressPrefix: '10.60.0.0/23', virtualWan: { id: `${HUB}-wan` } } }
  await feed.inventory(minute(0), [
    { ...createNetworkRow('vhub', []), resourceId: HUB, type: armTypes.virtualHub, config },
  ])
  const table = { kind: 'tables', resourceId: HUB, subresource: 'defaultRouteTable' } as const
  const rows = [pathRoute('10.3.0.0/16', { origin: 'ExpressRouteGateway', nextHop: null })]
  for (let n = 0; n <= END; n++) if (n < 61 || n > 68) await recordPoll(db, { ...table, at: minute(n), rows })
  await feed.schedule(table)
})

it.each([
  ['its table was polled, though it has no polls of sessions', 30, 'nothing', []],
  ['its table was not polled', 60, 'unknown', [{ kind: 'tables', outcome: 'not_polled' }]],
])('the time around a look-up through a hub: %s', async (_, n, verdict, uncovered) => {
  const { data } = await lookUpRoutesToAddress(db, { ip: '10.3.1.1', at: minute(n) }, minute(END) + 30_000)
  expect(data.around?.resources.map(({ scopeName }) => scopeName)).toEqual(['vhub'])
  expect(data.around).toMatchObject({ verdict, covered: uncovered.length === 0, uncovered })
})
