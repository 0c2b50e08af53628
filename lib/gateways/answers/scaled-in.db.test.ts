import { beforeAll, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createGatewayPeer,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { getGateway } from './index.ts'

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => START + n * 60_000
const [FIRST, SECOND, THIRD] = ['10.0.4.12', '10.0.4.13', '10.0.4.14'] as const
const feed = createTestEstatePollRecorder(db)

/** Resources in which the gateway is autoscaling and its settings name one of its instances. */
const scaling = createInventoryRows().map((row) =>
  row.resourceId === TEST_ESTATE_GATEWAY_ARM_ID
    ? {
        ...row,
        config: {
          properties: {
            gatewayType: 'ExpressRoute',
            sku: { name: 'ErGwScale' },
            bgpSettings: { bgpPeeringAddress: FIRST },
            autoScaleConfiguration: { bounds: { min: 2, max: 4 } },
          },
        },
      }
    : row,
)

const others = [createGatewayPeer(FIRST, '10.0.4.4'), createGatewayPeer(SECOND, '10.0.4.4')]

beforeAll(async () => {
  await feed.inventory(minute(0), scaling)
  await feed.peers(minute(0), [...others, createGatewayPeer(THIRD, '10.0.4.4')])
  for (let n = 1; n <= 5; n++) await feed.peers(minute(n), others, [THIRD])
})

it('a silent instance is no loss while two others carry its neighbors and its units are not reported', async () => {
  const { data } = await getGateway(db, TEST_ESTATE_GATEWAY_ARM_ID, minute(5) + 10_000)
  expect(data.instances.map(({ address, reporting }) => [address, reporting])).toContainEqual([THIRD, false])
  expect(data.state).toBe('healthy')
})

it('a silent instance is lost, as in the events, if no other instance carries one of its neighbors', async () => {
  await feed.peers(minute(6), [...others, createGatewayPeer(THIRD, '10.0.4.4'), createGatewayPeer(THIRD, '10.0.4.5')])
  for (let n = 7; n <= 12; n++) await feed.peers(minute(n), others, [THIRD])
  const { data } = await getGateway(db, TEST_ESTATE_GATEWAY_ARM_ID, minute(12) + 10_000)
  expect(data.state).toBe('instance_lost')
})
