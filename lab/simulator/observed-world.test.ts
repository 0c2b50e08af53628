import { expect, it } from 'vitest'
import { edgeCounter, edgeKey, peerKey } from './keys.ts'
import { type ObservedRouterStates, type ObservedSessionState, createWorldFromRouterStates } from './observed-world.ts'
import { parsePrefixWithoutHostBits } from './prefix.ts'
import {
  requestSimulator,
  TEST_TIMELINE_ORIGIN,
  ONE_CIRCUIT_GROUP_ARM_ID,
  createOneCircuitWorld,
  getResponseValueRows,
} from './testing.ts'

const EDGE = edgeKey('erc-pair', 'AzurePrivatePeering', 'primary')
const PEER = peerKey('gw-pair', '10.0.4.12', '10.0.4.4')
const site = parsePrefixWithoutHostBits('10.10.0.0/16')
if (!site) throw new Error('no prefix')
const up = { up: true, since: TEST_TIMELINE_ORIGIN - 5_000, sent: 3, received: 4, word: 'Established', downs: [] }

const observed: ObservedRouterStates = {
  at: TEST_TIMELINE_ORIGIN,
  sessions: new Map<string, ObservedSessionState>([
    [PEER, up],
    [
      EDGE,
      {
        ...up,
        up: false,
        word: 'Active',
        downs: [{ from: TEST_TIMELINE_ORIGIN - 5_000, until: Number.POSITIVE_INFINITY }],
      },
    ],
  ]),
  tables: {
    received: new Map(),
    learned: new Map([[PEER, [{ prefix: site, path: [12076, 65001, 65001], site: '' }]]]),
    azure: new Map([[EDGE, [{ prefix: site, nextHop: '10.0.4.12', path: [65515] }]]]),
  },
  bytes: new Map([[edgeCounter(EDGE, 'in'), 12_345_678_901_234_567_890n]]),
  arpLost: [EDGE],
  absent: [{ gateway: 'gw-pair', address: '10.0.4.13' }],
}
const world = createWorldFromRouterStates(createOneCircuitWorld(), observed)
const gateway = (operation: string) =>
  getResponseValueRows(
    requestSimulator(
      world,
      TEST_TIMELINE_ORIGIN + 40,
      'POST',
      `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair/${operation}`,
    ),
  )
const circuit = (operation: string) =>
  requestSimulator(
    world,
    TEST_TIMELINE_ORIGIN + 40,
    'POST',
    `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair/peerings/AzurePrivatePeering/${operation}`,
  )

it('reports what the routers said, and how long a session had lasted then', () => {
  const [first, ...others] = gateway('getBgpPeerStatus')
  expect(first).toMatchObject({ neighbor: '10.0.4.4', state: 'Connected', routesReceived: 1, messagesReceived: 4 })
  expect(String(first?.connectedDuration)).toMatch(/^00:00:05/)
  expect(others.map(({ localAddress, state }) => `${localAddress} ${state}`)).toEqual([
    '10.0.4.12 Connecting',
    '10.0.4.12 Connecting',
  ])
})

it('has tables, counters and ARP entries of the routers', () => {
  expect(gateway('getLearnedRoutes')).toContainEqual(
    expect.objectContaining({ network: '10.10.0.0/16', asPath: '12076-65001-65001', sourcePeer: '10.0.4.4' }),
  )
  expect(getResponseValueRows(circuit('routeTables/primary'))).toEqual([
    expect.objectContaining({ network: '10.10.0.0/16', nextHop: '10.0.4.12', path: '65515' }),
  ])
  const arp = getResponseValueRows(circuit('arpTables/primary'))
  expect(arp[0]).toMatchObject({ interface: 'On-Prem', macAddress: 'Incomplete' })
  const stats = requestSimulator(
    world,
    TEST_TIMELINE_ORIGIN,
    'GET',
    `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair/peerings/AzurePrivatePeering/stats`,
  )
  expect(stats.text).toContain('"primaryBytesIn":12345678901234567890')
})
