import { beforeAll, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { listSessions } from '#lib/sessions/answers/index.ts'
import {
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createGatewayPeer,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => START + n * 60_000
const NAMED = '10.0.4.12'
const UNNAMED = '10.0.4.13'

/** Resources in which the gateway's settings name only one of its two instances, as ExpressRoute gateways may do. */
const withOneNamed = createInventoryRows().map((row) =>
  row.resourceId === TEST_ESTATE_GATEWAY_ARM_ID
    ? { ...row, config: { properties: { gatewayType: 'ExpressRoute', bgpSettings: { bgpPeeringAddress: NAMED } } } }
    : row,
)

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(minute(0), withOneNamed)
  await feed.peers(minute(0), [createGatewayPeer(NAMED, '10.0.4.4'), createGatewayPeer(UNNAMED, '10.0.4.4')])
  for (let n = 1; n <= 15; n++) await feed.peers(minute(n), [createGatewayPeer(NAMED, '10.0.4.4')], [UNNAMED])
})

it('a lost second instance that the settings do not name stays among the sessions', async () => {
  const { data } = await listSessions(db, { scope: TEST_ESTATE_GATEWAY_ARM_ID, limit: 100 }, minute(15) + 10_000)
  expect(data.map(({ localAddress, verdict }) => [localAddress, verdict])).toEqual([
    [NAMED, 'up'],
    [UNNAMED, 'not_reported'],
  ])
})
