import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { HappeningInput } from './happening.ts'
import { parseSimulatorScenario } from './scenario.ts'
import { oneCircuitScenario } from './scenarios/pair.ts'
import { scenariosByTopology, SCENARIO_TOPOLOGY_NAMES } from './scenarios/catalogue/topologies.ts'
import {
  requestSimulator,
  CIRCUITS_GROUP_ARM_ID,
  createBuiltInEstateWorld,
  TEST_TIMELINE_ORIGIN,
  ONE_CIRCUIT_GROUP_ARM_ID,
  createOneCircuitWorld,
  getResponseValueRows,
} from './testing.ts'

const PEERS = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair/getBgpPeerStatus`
const LEARNED = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair/getLearnedRoutes`
const summary = (path: string) =>
  `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair/peerings/AzurePrivatePeering/routeTablesSummary/${path}`
const at = (happenings: HappeningInput[], offset: number, target: string) =>
  getResponseValueRows(
    requestSimulator(createOneCircuitWorld(happenings), TEST_TIMELINE_ORIGIN + offset, 'POST', target),
  )
const peer = (happenings: HappeningInput[], offset: number) =>
  at(happenings, offset, PEERS).find((r) => r.localAddress === '10.0.4.12' && r.neighbor === '10.0.4.4')

it('a Metro circuit has its level, and providers serve its location', () => {
  const circuits = oneCircuitScenario.circuits?.map((one) => ({
    ...one,
    peeringLocation: 'Zurich Metro',
    resiliencyLevel: 'High',
  }))
  const listed = (target: string) =>
    getResponseValueRows(requestSimulator(createOneCircuitWorld([], { circuits }), TEST_TIMELINE_ORIGIN, 'GET', target))
  const subscription = ONE_CIRCUIT_GROUP_ARM_ID.slice(0, ONE_CIRCUIT_GROUP_ARM_ID.indexOf('/resourceGroups'))
  const of = (type: string) => listed(`${subscription}/providers/Microsoft.Network/${type}`)[0]?.properties
  expect(listed(`${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits`)[0]?.properties).toMatchObject({
    resiliencyLevel: 'High',
  })
  expect(of('expressRouteServiceProviders')).toMatchObject({
    peeringLocations: expect.arrayContaining(['Zurich Metro']),
  })
})

describe('keepalive-stall', () => {
  const stall: HappeningInput = {
    op: 'keepalive-stall',
    gateway: 'gw-pair',
    instance: '10.0.4.12',
    neighbor: '10.0.4.4',
    at: '+1m',
    for: '10m',
  }
  it('stops what is received, not the session and not what is sent', () => {
    const [before, after, plain] = [
      peer([stall], MS_PER_MINUTE),
      peer([stall], 10 * MS_PER_MINUTE),
      peer([], 10 * MS_PER_MINUTE),
    ]
    expect(after?.messagesReceived).toBe(before?.messagesReceived)
    expect(plain?.messagesReceived).not.toBe(before?.messagesReceived)
    expect(after).toEqual({ ...plain, messagesReceived: after?.messagesReceived })
  })
  it('leaves other sessions alone, and catches up', () => {
    expect(at([stall], 10 * MS_PER_MINUTE, PEERS).slice(1)).toEqual(at([], 10 * MS_PER_MINUTE, PEERS).slice(1))
    expect(peer([stall], 11 * MS_PER_MINUTE)).toEqual(peer([], 11 * MS_PER_MINUTE))
  })
})

describe('api-fault', () => {
  it('can name one path of a circuit', () => {
    const fault: HappeningInput[] = [
      { op: 'api-fault', fault: 'empty-table', operation: 'circuit.summary', path: 'primary', at: '+0s' },
    ]
    expect(at(fault, MS_PER_SECOND, summary('primary'))).toEqual([])
    expect(at(fault, MS_PER_SECOND, summary('secondary'))).toEqual(at([], MS_PER_SECOND, summary('secondary')))
  })
  it('prints durations without a fraction', () => {
    const fault: HappeningInput[] = [{ op: 'api-fault', fault: 'whole-seconds', operation: 'gateway.peers', at: '+0s' }]
    const plain = peer([], MS_PER_SECOND)?.connectedDuration
    expect(plain).toMatch(/\.\d{7}$/)
    expect(peer(fault, MS_PER_SECOND)?.connectedDuration).toBe(String(plain).replace(/\.\d{7}$/, ''))
  })
  it('answers from a view in which sessions are younger', () => {
    const fault: HappeningInput[] = [
      { op: 'api-fault', fault: 'other-view', operation: 'gateway.peers', at: '+0s', skew: '90s' },
    ]
    const [plain, skewed] = [peer([], 2 * MS_PER_MINUTE), peer(fault, 2 * MS_PER_MINUTE + 90 * MS_PER_SECOND)]
    expect(skewed).toEqual({
      ...peer([], 2 * MS_PER_MINUTE + 90 * MS_PER_SECOND),
      connectedDuration: plain?.connectedDuration,
    })
  })
  it('writes IPv6 prefixes out in full, and leaves IPv4 alone', () => {
    const happenings = (more: HappeningInput[]): HappeningInput[] => [
      { op: 'announce', circuit: 'erc-pair', prefixes: ['fd00:10::/32', '::/0'], asPath: [65001], at: '-1m' },
      ...more,
    ]
    const fault: HappeningInput = { op: 'api-fault', fault: 'long-spelling', operation: 'gateway.learned', at: '+0s' }
    const networks = (more: HappeningInput[]) =>
      new Set(at(happenings(more), MS_PER_SECOND, LEARNED).map((r) => String(r.network)))
    expect(networks([])).toContain('fd00:10::/32')
    expect(networks([fault])).toEqual(
      new Set(
        [...networks([])].map(
          (text) =>
            ({
              'fd00:10::/32': 'fd00:0010:0000:0000:0000:0000:0000:0000/32',
              '::/0': '0000:0000:0000:0000:0000:0000:0000:0000/0',
            })[text] ?? text,
        ),
      ),
    )
  })
})

it('an instance that is back has its sessions up after the given time', () => {
  const loss: HappeningInput[] = [
    { op: 'instance-loss', gateway: 'gw-pair', instance: '10.0.4.12', at: '+0s', for: '60s', reconnect: '20s' },
  ]
  expect(peer(loss, MS_PER_MINUTE - MS_PER_SECOND)).toBeUndefined()
  expect(peer(loss, MS_PER_MINUTE + 19 * MS_PER_SECOND)?.state).toBe('Connecting')
  expect(peer(loss, MS_PER_MINUTE + 20 * MS_PER_SECOND)).toMatchObject({ state: 'Connected' })
})

it('reports what Microsoft announces as its peering is configured at the moment', () => {
  const path = `${CIRCUITS_GROUP_ARM_ID}/expressRouteCircuits/erc-london/peerings/MicrosoftPeering/routeTables/primary`
  const received = ['20.33.0.0/16', '20.34.0.0/16']
  const world = createBuiltInEstateWorld([
    {
      op: 'configuration',
      kind: 'peering',
      name: 'erc-london',
      child: 'MicrosoftPeering',
      set: { microsoft: { advertised: [], received } },
      at: '+1m',
      for: '1m',
    },
  ])
  const announcedAt = (offset: number) =>
    getResponseValueRows(requestSimulator(world, TEST_TIMELINE_ORIGIN + offset, 'POST', path)).flatMap(
      ({ path: asPath, network }) => (String(asPath).startsWith('8075') ? [network] : []),
    )
  expect(announcedAt(0)).toHaveLength(17)
  expect(announcedAt(MS_PER_MINUTE)).toEqual(received)
  expect(announcedAt(2 * MS_PER_MINUTE)).toEqual(announcedAt(0))
})

it('an unlogged change is not in the Activity log', () => {
  const query = `&$filter=eventTimestamp ge '${new Date(TEST_TIMELINE_ORIGIN - MS_PER_MINUTE).toISOString()}'`
  const log = `/subscriptions/00000000-c0de-4000-8000-0000000000f1/providers/Microsoft.Insights/eventtypes/management/values`
  const entries = (logged: boolean) =>
    getResponseValueRows(
      requestSimulator(
        createOneCircuitWorld([
          {
            op: 'configuration',
            kind: 'circuit',
            name: 'erc-pair',
            set: { providerState: 'NotProvisioned' },
            at: '+0s',
            logged,
          },
        ]),
        TEST_TIMELINE_ORIGIN + 20 * MS_PER_MINUTE,
        'GET',
        log,
        { query },
      ),
    ).filter((row) => String(row.resourceId).includes('erc-pair'))
  expect(entries(true)).toHaveLength(3)
  expect(entries(false)).toEqual([])
})

it.each(SCENARIO_TOPOLOGY_NAMES)('topology %s is a valid scenario', (name) => {
  expect(parseSimulatorScenario(scenariosByTopology[name]).name).toBe(name)
})

it('a peering that is disabled ends its sessions when that takes effect', () => {
  const disabled: HappeningInput[] = [
    {
      op: 'configuration',
      kind: 'peering',
      name: 'erc-pair',
      child: 'AzurePrivatePeering',
      set: { state: 'Disabled' },
      takes: '5s',
      at: '+10s',
    },
  ]
  const word = (offset: number) => at(disabled, offset, summary('primary'))[0]?.statePfxRcd
  expect([word(14 * MS_PER_SECOND), word(15 * MS_PER_SECOND)]).toEqual(['2', 'Idle (Admin)'])
})
