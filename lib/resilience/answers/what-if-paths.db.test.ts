import { beforeAll, describe, expect, it } from 'vitest'
import { armTypes, type MetricRow, parseWhatIfLosses, type ResourceRow } from '#lib/contract/index.ts'
import { rollUpUsage, computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  pathRoute,
  createTestPollRecorder,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { isFailoverTrafficUnclear } from '#lib/cost/answers/circuits/read-failover-traffic.ts'
import type { WhatIfRow } from '../api/index.ts'
import { computeWhatIf } from './what-if.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const now = T0 + 90_000

const INSTANCES = ['10.0.4.12', '10.0.4.13']
/**
 * Returns the rows of both instances for a prefix. Each instance has a row from each Microsoft edge router, and the
 * same row passed on by the other instance.
 */
const learned = (prefix: string, msees: readonly string[], asPath = [12076, 65001]) =>
  INSTANCES.flatMap((instance) =>
    msees.flatMap((msee) => [
      learnedRoute(prefix, { instance, peer: msee, asPath }),
      ...INSTANCES.filter((peer) => peer !== instance).map((peer) =>
        learnedRoute(prefix, { instance, peer, nextHop: msee, origin: 'IBgp', asPath }),
      ),
    ]),
  )
const announced = (prefixes: readonly string[], asPath = [65001]) =>
  prefixes.map((prefix) => pathRoute(prefix, { asPath }))
const PREPENDED = [65001, 65001, 65001]

const withPeering = (name: string, n: number, peeringLocation = name): ResourceRow =>
  createCircuitRow(name, {
    serviceProviderProperties: { serviceProviderName: 'Equinix', peeringLocation, bandwidthInMbps: 1000 },
    peerings: [
      {
        name: 'AzurePrivatePeering',
        properties: {
          peeringType: 'AzurePrivatePeering',
          state: 'Enabled',
          azureASN: 12076,
          peerASN: 65001,
          primaryPeerAddressPrefix: `172.16.${n}.0/30`,
          secondaryPeerAddressPrefix: `172.16.${n}.4/30`,
        },
      },
    ],
  })

const HUB = gatewayId('x').replace('virtualNetworkGateways/x', 'virtualHubs/vhub')
const HUB_GATEWAY = gatewayId('x').replace('virtualNetworkGateways/x', 'expressRouteGateways/ergw-vhub')
const resource = (resourceId: string, type: string, properties: object): ResourceRow => ({
  ...createNetworkRow('x', []),
  resourceId,
  type,
  name: resourceId.split('/').at(-1) ?? '',
  config: { properties },
})

const ONE = ['10.1.0.0/16', '10.2.0.0/16']
const MSEES = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']

/**
 * Gateways of the test. `solo` has one circuit in a Metro location. `twin` has two circuits with the same routes.
 * `blind` has a circuit without a table, whose neighbors hold different routes. `half` has a circuit whose primary path
 * is down. `pair` has another such circuit and a spare one. A hub lists one route for both paths of a circuit.
 */
beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  const gateways = ['solo', 'twin', 'blind', 'half', 'pair']
  for (const at of [T0, T0 + 60_000]) {
    const isFirst = at === T0
    await feed.inventory(at, [
      withPeering('c-solo', 1, 'Zurich Metro'),
      ...['c-one', 'c-two'].map((name, n) => withPeering(name, n + 2)),
      withPeering('c-blind', 4),
      withPeering('c-half', 5),
      withPeering('c-part', 7),
      withPeering('c-spare', 8),
      withPeering('c-hub', 6),
      ...gateways.flatMap((name) => [
        createGatewayRow(name, 'ExpressRoute', name),
        createNetworkRow(name, [`10.${200 + name.length}.0.0/16`]),
      ]),
      createConnectionRow('solo', 'solo', 'c-solo', 0),
      createConnectionRow('one', 'twin', 'c-one', 0),
      createConnectionRow('two', 'twin', 'c-two', 0),
      createConnectionRow('blind', 'blind', 'c-blind', 0),
      createConnectionRow('half', 'half', 'c-half', 0),
      createConnectionRow('part', 'pair', 'c-part', 0),
      createConnectionRow('spare', 'pair', 'c-spare', 0),
      resource(HUB, armTypes.virtualHub, { addressPrefix: '10.60.0.0/23' }),
      resource(HUB_GATEWAY, armTypes.expressRouteGateway, {
        virtualHub: { id: HUB },
        expressRouteConnections: [
          {
            name: 'conn-hub',
            properties: { expressRouteCircuitPeering: { id: `${circuitId('c-hub')}/peerings/AzurePrivatePeering` } },
          },
        ],
      }),
    ])
    for (const name of ['c-solo', 'c-one', 'c-two'])
      for (const path of ['primary', 'secondary'] as const) await feed.tables(at, name, path, announced(ONE))
    for (const name of ['c-half', 'c-part']) {
      await feed.tables(at, name, 'primary', announced(isFirst ? ONE : []))
      await feed.tables(at, name, 'secondary', announced(ONE))
    }
    for (const path of ['primary', 'secondary'] as const)
      await feed.tables(at, 'c-spare', path, announced(ONE, PREPENDED))
    await feed.learned(
      at,
      'pair',
      ONE.flatMap((prefix) => [
        ...learned(prefix, MSEES.slice(0, isFirst ? 2 : 1)),
        ...learned(prefix, MSEES.slice(2), [12076, ...PREPENDED]),
      ]),
    )
    await feed.tables(at, 'c-hub', 'primary', announced([...ONE, '10.3.0.0/16']))
    await feed.tables(at, 'c-hub', 'secondary', announced(ONE))
    await feed.learned(
      at,
      'solo',
      ONE.flatMap((prefix) => learned(prefix, MSEES.slice(0, 2))),
    )
    await feed.learned(
      at,
      'twin',
      ONE.flatMap((prefix) => learned(prefix, MSEES)),
    )
    await feed.learned(at, 'blind', [
      ...learned('10.1.0.0/16', MSEES.slice(0, 2)),
      ...learned('10.2.0.0/16', MSEES.slice(0, 1)),
    ])
    // the neighbor with the higher address belongs to the primary path
    await feed.learned(
      at,
      'half',
      ONE.flatMap((prefix) => learned(prefix, MSEES.slice(0, isFirst ? 2 : 1))),
    )
    const inHub = [...ONE, '10.3.0.0/16'].map((prefix) =>
      learnedRoute(prefix, { instance: null, peer: 'conn-hub', nextHop: null, origin: null, asPath: [12076, 65001] }),
    )
    await recordPoll(db, { kind: 'learned', resourceId: HUB_GATEWAY, at, rows: inHub })
    await recordPoll(db, { kind: 'tables', resourceId: HUB, at, rows: [] })
  }
})

/** Returns the outcome of each prefix in the table of a gateway or hub. */
const outcomes = async (scope: string, lose: string) => {
  const read = parseWhatIfLosses(lose)
  if (!('terms' in read)) throw new Error(read.wrong)
  const { data } = await computeWhatIf(db, { lose: read.terms, change: [], rows: 'all' }, { costOfMonth: null }, now)
  return Object.fromEntries(
    data.prefixes
      .filter((row) => row.side === 'azure' && row.scope === computeShortId(scope))
      .map(({ prefix, outcome, reduced, after }) => [prefix, `${outcome}${reduced ? ' reduced' : ''} ${after.length}`]),
  )
}
const id = (name: string) => computeShortId(circuitId(name))
const all = (text: string) => Object.fromEntries(ONE.map((prefix) => [prefix, text]))

describe('the loss of one path', () => {
  it.each(['primary', 'secondary'])(
    '%s: the other one keeps what both carry, whichever neighbor is on it',
    async (path) => {
      expect(await outcomes(gatewayId('solo'), `${id('c-solo')}/private/${path}`)).toEqual(all('stays reduced 1'))
    },
  )

  it.each(['Zurich', 'Zurich2'])('of a Metro circuit by its site %s', async (site) => {
    expect(await outcomes(gatewayId('solo'), `location:${site}`)).toEqual(all('stays reduced 1'))
  })

  it('leaves three of four neighbors of two circuits with the same routes, and a whole circuit two', async () => {
    expect(await outcomes(gatewayId('twin'), `${id('c-one')}/private/primary`)).toEqual(all('stays reduced 3'))
    expect(await outcomes(gatewayId('twin'), id('c-two'))).toEqual(all('stays reduced 2'))
    expect(await outcomes(gatewayId('twin'), `${id('c-one')},${id('c-two')}`)).toEqual(all('stranded 0'))
  })

  it('is unknown for a route that one neighbor alone holds, if no table distinguishes the paths', async () => {
    expect(await outcomes(gatewayId('blind'), `${id('c-blind')}/private/primary`)).toEqual({
      '10.1.0.0/16': 'stays reduced 1',
      '10.2.0.0/16': 'unknown 0',
    })
  })

  it('by the current tables, if one of the paths is down', async () => {
    expect(await outcomes(gatewayId('half'), `${id('c-half')}/private/primary`)).toEqual(all('stays 1'))
    expect(await outcomes(gatewayId('half'), `${id('c-half')}/private/secondary`)).toEqual(all('stranded 0'))
  })

  it('in a hub, whose table has one route for both: by the tables of the paths', async () => {
    const other = { '10.3.0.0/16': 'stays 1' }
    expect(await outcomes(HUB_GATEWAY, `${id('c-hub')}/private/secondary`)).toEqual({ ...all('stays 1'), ...other })
    expect(await outcomes(HUB_GATEWAY, `${id('c-hub')}/private/primary`)).toEqual({
      ...all('stays 1'),
      '10.3.0.0/16': 'stranded 0',
    })
  })

  it('says which neighbors to declare, where it is not known', async () => {
    const read = parseWhatIfLosses(`${id('c-blind')}/private/primary`)
    if (!('terms' in read)) throw new Error(read.wrong)
    const { data } = await computeWhatIf(db, { lose: read.terms, change: [], rows: 'all' }, { costOfMonth: null }, now)
    const text = data.notModelled.find((one) => one.id === 'unmapped')?.text
    expect(text).toContain('blind: 10.0.4.4, 10.0.4.5')
    expect(text).not.toContain('solo')
  })
})

describe('load while one path is down', () => {
  const flat = (average: number): MetricRow[] =>
    Array.from({ length: 40 }, (_, n) => n).flatMap((n) =>
      (['Primary-IPv4', 'Secondary-IPv4'] as const).flatMap((devicerole) =>
        (['BitsInPerSecond', 'BitsOutPerSecond'] as const).map((metric): MetricRow => {
          const dimensions = { peeringtype: 'AzurePrivatePeering', devicerole }
          const rest = { unit: 'BitsPerSecond', maximum: null, minimum: null, total: null, grainSeconds: 300 }
          return { metric, dimensions, at: T0 - (n + 1) * 300_000, average, ...rest }
        }),
      ),
    )

  it('counts towards the most what the path that is down carried before', async () => {
    const backup = ['c-part', 'c-spare'] as const
    for (const [name, average] of [
      ['c-part', 278e6],
      ['c-spare', 134e6],
    ] as const)
      await recordPoll(db, { kind: 'metrics', resourceId: circuitId(name), at: now - 20_000, rows: flat(average) })
    await rollUpUsage(db)
    const read = parseWhatIfLosses(id(backup[0]))
    if (!('terms' in read)) throw new Error(read.wrong)
    const { data } = await computeWhatIf(db, { lose: read.terms, change: [], rows: 'all' }, { costOfMonth: null }, now)
    const out = data.load.filter(({ circuitId: one, direction }) => one === id(backup[1]) && direction === 'out')
    // its own traffic, both paths of c-part, and the other path of the spare; no prefix uses the spare now, so its past
    // traffic may return to either path
    expect(out.map(({ p95BitsPerSecond }) => p95BitsPerSecond?.atMost)).toEqual([824e6, 824e6])
  })
})

describe('which circuits must take over', () => {
  const row = (outcome: WhatIfRow['outcome'], peers: string[], fields: Partial<WhatIfRow> = {}): WhatIfRow => ({
    prefix: '10.1.0.0/16',
    firstAddress: '10.1.0.0',
    scope: 'gw',
    scopeName: 'gw',
    side: 'azure',
    site: null,
    before: peers.map((peer) => ({ peer, circuitId: peer.startsWith('c') ? 'c' : null, path: null })),
    after: [],
    matchBefore: null,
    matchAfter: null,
    outcome,
    reduced: false,
    basis: null,
    ...fields,
  })
  it.each([
    ['an unknown outcome', row('unknown', ['c1']), true],
    ['an unknown outcome of what had no route', row('unknown', []), false],
    ['a row that changes by neighbors of known circuits', row('moves', ['c1']), false],
    ['a row that changes by neighbors of unknown circuits', row('stays', ['n1', 'n2'], { reduced: true }), true],
    ['a row that does not change', row('stays', ['n1', 'n2']), false],
    ['a row that changes by a VPN', row('moves', ['vpn']), false],
  ])('%s', (_, changed, expected) => expect(isFailoverTrafficUnclear(changed, new Set(['n1', 'n2']))).toBe(expected))
})
