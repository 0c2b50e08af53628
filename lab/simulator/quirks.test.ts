import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND } from '#lib/contract/time/time.ts'
import type { HappeningInput } from './happening.ts'
import { parseScenario } from './scenario.ts'
import { pair } from './scenarios/pair.ts'
import { topologies, TOPOLOGIES } from './scenarios/catalogue/topologies.ts'
import { ask, CIRCUITS, estateWorld, ORIGIN, PAIR, pairWorld, rows } from './testing.ts'

const PEERS = `${PAIR}/virtualNetworkGateways/gw-pair/getBgpPeerStatus`
const LEARNED = `${PAIR}/virtualNetworkGateways/gw-pair/getLearnedRoutes`
const summary = (path: string) =>
  `${PAIR}/expressRouteCircuits/erc-pair/peerings/AzurePrivatePeering/routeTablesSummary/${path}`
const at = (happenings: HappeningInput[], offset: number, target: string) =>
  rows(ask(pairWorld(happenings), ORIGIN + offset, 'POST', target))
const peer = (happenings: HappeningInput[], offset: number) =>
  at(happenings, offset, PEERS).find((r) => r.localAddress === '10.0.4.12' && r.neighbor === '10.0.4.4')

it('a Metro circuit has its level, and providers serve its location', () => {
  const circuits = pair.circuits?.map((one) => ({ ...one, peeringLocation: 'Zurich Metro', resiliencyLevel: 'High' }))
  const listed = (target: string) => rows(ask(pairWorld([], { circuits }), ORIGIN, 'GET', target))
  const subscription = PAIR.slice(0, PAIR.indexOf('/resourceGroups'))
  const of = (type: string) => listed(`${subscription}/providers/Microsoft.Network/${type}`)[0]?.properties
  expect(listed(`${PAIR}/expressRouteCircuits`)[0]?.properties).toMatchObject({ resiliencyLevel: 'High' })
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
    const [before, after, plain] = [peer([stall], MINUTE), peer([stall], 10 * MINUTE), peer([], 10 * MINUTE)]
    expect(after?.messagesReceived).toBe(before?.messagesReceived)
    expect(plain?.messagesReceived).not.toBe(before?.messagesReceived)
    expect(after).toEqual({ ...plain, messagesReceived: after?.messagesReceived })
  })
  it('leaves other sessions alone, and catches up', () => {
    expect(at([stall], 10 * MINUTE, PEERS).slice(1)).toEqual(at([], 10 * MINUTE, PEERS).slice(1))
    expect(peer([stall], 11 * MINUTE)).toEqual(peer([], 11 * MINUTE))
  })
})

describe('api-fault', () => {
  it('can name one path of a circuit', () => {
    const fault: HappeningInput[] = [
      { op: 'api-fault', fault: 'empty-table', operation: 'circuit.summary', path: 'primary', at: '+0s' },
    ]
    expect(at(fault, SECOND, summary('primary'))).toEqual([])
    expect(at(fault, SECOND, summary('secondary'))).toEqual(at([], SECOND, summary('secondary')))
  })
  it('prints durations without a fraction', () => {
    const fault: HappeningInput[] = [{ op: 'api-fault', fault: 'whole-seconds', operation: 'gateway.peers', at: '+0s' }]
    const plain = peer([], SECOND)?.connectedDuration
    expect(plain).toMatch(/\.\d{7}$/)
    expect(peer(fault, SECOND)?.connectedDuration).toBe(String(plain).replace(/\.\d{7}$/, ''))
  })
  it('answers from a view in which sessions are younger', () => {
    const fault: HappeningInput[] = [
      { op: 'api-fault', fault: 'other-view', operation: 'gateway.peers', at: '+0s', skew: '90s' },
    ]
    const [plain, skewed] = [peer([], 2 * MINUTE), peer(fault, 2 * MINUTE + 90 * SECOND)]
    expect(skewed).toEqual({
      ...peer([], 2 * MINUTE + 90 * SECOND),
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
      new Set(at(happenings(more), SECOND, LEARNED).map((r) => String(r.network)))
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
  expect(peer(loss, MINUTE - SECOND)).toBeUndefined()
  expect(peer(loss, MINUTE + 19 * SECOND)?.state).toBe('Connecting')
  expect(peer(loss, MINUTE + 20 * SECOND)).toMatchObject({ state: 'Connected' })
})

it('reports what Microsoft announces as its peering is configured at the moment', () => {
  const path = `${CIRCUITS}/expressRouteCircuits/erc-london/peerings/MicrosoftPeering/routeTables/primary`
  const received = ['20.33.0.0/16', '20.34.0.0/16']
  const world = estateWorld([
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
    rows(ask(world, ORIGIN + offset, 'POST', path)).flatMap(({ path: asPath, network }) =>
      String(asPath).startsWith('8075') ? [network] : [],
    )
  expect(announcedAt(0)).toHaveLength(17)
  expect(announcedAt(MINUTE)).toEqual(received)
  expect(announcedAt(2 * MINUTE)).toEqual(announcedAt(0))
})

it('an unlogged change is not in the Activity log', () => {
  const query = `&$filter=eventTimestamp ge '${new Date(ORIGIN - MINUTE).toISOString()}'`
  const log = `/subscriptions/00000000-c0de-4000-8000-0000000000f1/providers/Microsoft.Insights/eventtypes/management/values`
  const entries = (logged: boolean) =>
    rows(
      ask(
        pairWorld([
          {
            op: 'configuration',
            kind: 'circuit',
            name: 'erc-pair',
            set: { providerState: 'NotProvisioned' },
            at: '+0s',
            logged,
          },
        ]),
        ORIGIN + 20 * MINUTE,
        'GET',
        log,
        { query },
      ),
    ).filter((row) => String(row.resourceId).includes('erc-pair'))
  expect(entries(true)).toHaveLength(3)
  expect(entries(false)).toEqual([])
})

it.each(TOPOLOGIES)('topology %s is a valid scenario', (name) => {
  expect(parseScenario(topologies[name]).name).toBe(name)
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
  expect([word(14 * SECOND), word(15 * SECOND)]).toEqual(['2', 'Idle (Admin)'])
})
