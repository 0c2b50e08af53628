import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { HubConnectionRoute, GatewayRouteTableRow, RoutesOfChangedPrefixes } from '../../../model/route.ts'
import { quietEstate } from '../../../testing/quiet-estate.ts'
import { TEST_POLL_END_TIME } from '../../../testing/scene.ts'
import { nameHubRows } from './hub-row-connections.ts'

const [HUB, GATEWAY, PREFIX] = ['vhub', 'ergw-1', '10.10.0.0/16']
const GATEWAY_PEER = 'expressRouteGateways/ergw'

const row = (asPath: number[], more: Partial<GatewayRouteTableRow> = {}): GatewayRouteTableRow => ({
  gateway: HUB,
  instance: null,
  peer: GATEWAY_PEER,
  prefix: PREFIX,
  nextHop: GATEWAY_PEER,
  asPath,
  origin: 'ExpressRouteGateway',
  weight: null,
  localPref: null,
  ...more,
})
const route = (connection: string, asPath: number[], more: Partial<HubConnectionRoute> = {}): HubConnectionRoute => ({
  gateway: GATEWAY,
  connection,
  prefix: PREFIX,
  asPath,
  until: null,
  ...more,
})
const OTHER = { gateway: 'ergw-2' }

interface Given {
  routes: HubConnectionRoute[]
  names?: string[]
  read?: string[]
  covering?: GatewayRouteTableRow[]
}

/** Returns the peers before and after a change of the hub's table. */
function peersOf(
  before: GatewayRouteTableRow[],
  after: GatewayRouteTableRow[],
  { routes, covering = [], ...more }: Given,
) {
  const { names = ['conn-lon', 'conn-ams'], read = names } = more
  const context: DetectionContext = quietEstate(TEST_POLL_END_TIME)
  context.mark = { ...context.mark, scope: HUB, previousOkAt: TEST_POLL_END_TIME - MS_PER_MINUTE }
  // another hub has a gateway and connections with the same names
  context.topology = {
    ...context.topology,
    hubs: [HUB, 'vhub-2'].map((scope, n) => ({
      scope,
      gateways: { 'expressroutegateways/ergw': n === 0 ? GATEWAY : OTHER.gateway },
      connections: { [n === 0 ? GATEWAY : OTHER.gateway]: names },
    })),
  }
  const polled = {
    at: TEST_POLL_END_TIME - MS_PER_MINUTE,
    readAt: TEST_POLL_END_TIME - MS_PER_MINUTE,
    everyMs: MS_PER_MINUTE,
  }
  context.lastGoodPolls = Object.fromEntries(read.map((name) => [`${GATEWAY} vhub/${name} learned`, polled]))
  const table: RoutesOfChangedPrefixes = {
    entries: {},
    covered: [],
    ownSpace: [],
    past: {},
    covering: { [PREFIX]: covering },
    asnsElsewhere: [],
    connectionRoutes: routes,
  }
  const [moved] = nameHubRows(context, [{ prefix: PREFIX, before, after }], table)
  return [moved?.before, moved?.after].map((rows) => rows?.map(({ peer }) => peer))
}

const [LON, AMS] = [`${GATEWAY_PEER}/conn-lon`, `${GATEWAY_PEER}/conn-ams`]
const [NEAR, FAR] = [
  [12076, 65001],
  [12076, 65001, 65001],
]
const both = [route('conn-lon', NEAR), route('conn-ams', FAR)]
const ENDED = { until: TEST_POLL_END_TIME - 60 * MS_PER_MINUTE }

it.each<[string, GatewayRouteTableRow[], GatewayRouteTableRow[], Given, (string[] | undefined)[]]>([
  ['a change between two circuits', [row(NEAR)], [row(FAR)], { routes: both }, [[LON], [AMS]]],
  ['a prefix that leaves the table', [row(NEAR)], [], { routes: both }, [[LON], []]],
  [
    'equal AS paths',
    [row(NEAR)],
    [row(FAR)],
    { routes: [...both, route('conn-ams', NEAR)] },
    [[GATEWAY_PEER], [GATEWAY_PEER]],
  ],
  ['a path of no connection', [row(NEAR)], [row([12076, 65009])], { routes: both }, [[GATEWAY_PEER], [GATEWAY_PEER]]],
  [
    'a table that is not read',
    [row(NEAR)],
    [row(FAR)],
    { routes: both, read: ['conn-lon'] },
    [[GATEWAY_PEER], [GATEWAY_PEER]],
  ],
  ['a gateway with one connection', [row(NEAR)], [], { routes: both, names: ['conn-lon'] }, [[GATEWAY_PEER], []]],
  ['routes of another hub', [row(NEAR)], [], { routes: [...both, route('conn-ams', NEAR, OTHER)] }, [[LON], []]],
  [
    'a route that ended long ago',
    [row(NEAR)],
    [row(FAR)],
    { routes: [...both, route('conn-ams', NEAR, ENDED)] },
    [[LON], [AMS]],
  ],
  [
    'only a route that ended long ago',
    [row(FAR)],
    [row(NEAR)],
    { routes: [route('conn-lon', NEAR, ENDED), route('conn-ams', FAR)] },
    [[AMS], [LON]],
  ],
  ['prepends by Microsoft', [row([12076, 12076, 65001])], [row(FAR)], { routes: both }, [[LON], [AMS]]],
  [
    'a shorter prefix over the same gateway',
    [row(NEAR)],
    [],
    { routes: both, covering: [row(FAR, { prefix: '10.0.0.0/8' })] },
    [[GATEWAY_PEER], []],
  ],
  [
    'a gateway that Azure does not name',
    [row(NEAR, { peer: null })],
    [row(FAR, { peer: null })],
    { routes: both },
    [[LON.toLowerCase()], [AMS.toLowerCase()]],
  ],
  [
    'a row over another hub',
    [row(NEAR, { peer: 'virtualHubs/hub0', origin: 'Remote Hub' })],
    [row(FAR)],
    { routes: both },
    [['virtualHubs/hub0'], [AMS]],
  ],
])('%s', (_, before, after, given, peers) => {
  expect(peersOf(before, after, given)).toEqual(peers)
})

it('never names a connection whose table does not contain the prefix with the same customer path', () => {
  const path = fc.array(fc.constantFrom(12076, 65001, 65002), { minLength: 1, maxLength: 3 })
  const known = fc.array(fc.tuple(fc.constantFrom('conn-lon', 'conn-ams'), path), { maxLength: 4 })
  const customer = (asPath: readonly number[]) => asPath.slice(asPath.findIndex((asn) => asn !== 12076)).join()
  fc.assert(
    fc.property(known, path, path, (routes, was, is) => {
      const given = { routes: routes.map(([connection, asPath]) => route(connection, asPath)) }
      const [before = [], after = []] = peersOf([row(was)], [row(is)], given)
      const isNamed = [before, after].map((peers) => peers?.[0] !== GATEWAY_PEER)
      expect(isNamed[0]).toBe(isNamed[1])
      for (const [peers, asPath] of [
        [before, was],
        [after, is],
      ] as const) {
        const connection = peers?.[0]?.split('/')[2]
        if (connection === undefined || asPath.every((asn) => asn === 12076)) continue
        const bring = routes.filter(([, own]) => own.some((asn) => asn !== 12076) && customer(own) === customer(asPath))
        expect(new Set(bring.map(([name]) => name))).toEqual(new Set([connection]))
      }
    }),
  )
})
