/** Prediction of a move from the simulator's tables, and the same loss played in the simulator. */
import { parsePrefix as parse, doesPrefixContainPrefix } from '#lib/bgp/index.ts'
import { circuitPaths } from '#lib/contract/index.ts'
import type { TrafficMove, WhatIfRow } from '#lib/resilience/api/index.ts'
import {
  computeWhatIfRows,
  createWhatIfRib,
  findLoadShifts,
  findSaturatedPaths,
  judgeTrafficMove,
  type PathDirection,
  type TrafficMoveInput,
  EMPTY_WHAT_IF_FAILURE,
  splitTableIntoAtoms,
  type WhatIfFailure,
  type WhatIfRoute,
  type WhatIfTable,
} from '#lib/resilience/rules/index.ts'
import {
  findBestSessionsToPrefix,
  computeDeliveredPacketShare,
  listTrafficFlowsOfDomain,
} from '../../simulator/forwarding.ts'
import {
  effectiveHubRoutes,
  findHubCircuit,
  findHubGateway,
  type HubRoute,
  inboundHubRoutes,
} from '../../simulator/hub-routes.ts'
import {
  createWorld,
  edgeCounter,
  edgeKey,
  parseSimulatorScenario,
  type SimulatedWorld,
} from '../../simulator/index.ts'
import { parsePrefixWithoutHostBits } from '../../simulator/prefix.ts'
import { peersOnEdge, vnetSpace } from '../../simulator/rib.ts'
import { readSimulatedRouteTablesAt } from '../simulated-tables.ts'
import type { MoveTopology } from './topology.ts'

const ORIGIN = Date.parse('2026-11-18T12:00:00Z')
const QUIET = ORIGIN + 60_000
/** Time at which all timers of the loss have expired. */
const LATER = ORIGIN + 600_000

export interface MovePrediction {
  move: TrafficMove
  /** rows of all route tables whose routes the loss changes */
  rows: WhatIfRow[]
}

const failureOf = ({ lost: { circuit, path } }: MoveTopology): WhatIfFailure => ({
  ...EMPTY_WHAT_IF_FAILURE,
  circuits: new Set(path === 'both' ? [circuit] : []),
  paths: new Set((path === 'both' ? circuitPaths : [path]).map((one) => `${circuit}/private/${one}`)),
})

/** Predicts the loss of a topology before it happens. */
export function predictMove(topology: MoveTopology): MovePrediction {
  const world = createWorld(parseSimulatorScenario(topology.scenario), ORIGIN)
  const failure = failureOf(topology)
  const facts = factsOf(world)
  const tables = [
    ...readSimulatedRouteTablesAt(world, QUIET).map((one) => withStaticRoutes(world, one)),
    ...hubTables(world, QUIET),
  ]
  const ribs = [...tables, ...onPremTables(world, topology)].map((one) => createWhatIfRib(splitTableIntoAtoms(one)))
  const changes = ribs.map((rib) => ({ rib, rows: computeWhatIfRows(rib, failure, facts, 'changed') }))
  const rows = changes.flatMap((one) => one.rows)
  const full = findSaturatedPaths(findLoadShifts(rows), ratesOf(world), (circuit) => bandwidthOf(world, circuit)) ?? []
  return { move: judgeTrafficMove(changes, { failure, ribs, full, facts }, false), rows }
}

function factsOf({ scenario }: SimulatedWorld): TrafficMoveInput {
  return {
    nameOf: (id) => id,
    siteOf: (text) => {
      const prefix = parse(text)
      const site = scenario.sites.find(({ prefixes }) =>
        prefixes.some((one) => {
          const own = parse(typeof one === 'string' ? one : one.first)
          return prefix !== null && own !== null && doesPrefixContainPrefix(own, prefix)
        }),
      )
      return site?.name ?? null
    },
    circuitsAt: ({ scope }) => [
      ...scenario.connections.flatMap(({ circuit, gateway }) =>
        circuit && scenario.gateways.find(({ name }) => name === gateway)?.vnet === scope ? [circuit] : [],
      ),
      ...scenario.hubs.flatMap(({ name, expressRoute }) =>
        name === scope ? (expressRoute?.connections ?? []).map(({ circuit }) => circuit) : [],
      ),
    ],
    reasonUnprovisioned: (id) => {
      const circuit = scenario.circuits.find(({ name }) => name === id)
      if (circuit && circuit.provisioningState !== 'Succeeded')
        return `its provisioning state is ${circuit.provisioningState}`
      return circuit && circuit.providerState !== 'Provisioned'
        ? `its provider state is ${circuit.providerState}`
        : null
    },
    pathsOf: () => circuitPaths,
    pins: scenario.vnets.flatMap(({ name, subnets }) =>
      subnets.flatMap(({ routeTable }) =>
        (routeTable?.routes ?? []).map(({ prefix, nextHop, type }) => ({
          table: name,
          prefix,
          scope: name,
          scopeName: routeTable?.name ?? '',
          to: nextHop ?? type,
        })),
      ),
    ),
  }
}

const bandwidthOf = ({ scenario }: SimulatedWorld, id: string): number | null =>
  scenario.circuits.find(({ name }) => name === id)?.bandwidthMbps ?? null

/** Returns the rate of each path before the loss, bit/s. */
function ratesOf(world: SimulatedWorld): (carrier: PathDirection) => number {
  const rates = new Map<string, number>()
  for (const domain of world.topology.domains)
    for (const { demand, counter, direction, share } of listTrafficFlowsOfDomain(world.state(domain, QUIET))) {
      const mbps = world.scenario.demands.find(({ name }) => name === demand)?.[direction].mbps ?? 0
      rates.set(counter, (rates.get(counter) ?? 0) + share * mbps * 1e6)
    }
  return ({ circuit, path, direction }) =>
    rates.get(edgeCounter(edgeKey(circuit, 'AzurePrivatePeering', path), direction)) ?? 0
}

const basicRoute = (fields: Partial<WhatIfRoute> & Pick<WhatIfRoute, 'prefix' | 'scope'>): WhatIfRoute => ({
  resourceId: fields.scope,
  transport: 'er',
  circuit: null,
  path: null,
  connectionWeight: null,
  nextHop: null,
  peer: null,
  instance: '',
  asPath: [],
  weight: null,
  localPref: null,
  origin: null,
  gateway: fields.scope,
  connection: null,
  peering: 'private',
  possible: [],
  ...fields,
})

/** Adds the static routes of VPN connections without BGP, which Azure lists with the origin Network. */
function withStaticRoutes({ scenario, topology }: SimulatedWorld, table: WhatIfTable): WhatIfTable {
  const added = scenario.connections.flatMap(({ name, gateway, device }) => {
    const isHere = scenario.gateways.find((one) => one.name === gateway)?.vnet === table.scope
    if (!isHere || !device || device.bgp) return []
    return (topology.received.get(`vpn/${name}`) ?? []).map(({ prefix }) =>
      basicRoute({
        prefix: prefix.text,
        scope: gateway,
        transport: 'vpn',
        origin: 'Network',
        nextHop: device.publicAddress,
        peer: device.publicAddress,
      }),
    )
  })
  return { ...table, routes: [...table.routes, ...added] }
}

const preferences = { ExpressRoute: 'expressRoute', VpnGateway: 'vpn', ASPath: 'asPath' } as const
const transports: Partial<Record<HubRoute['hop'], WhatIfRoute['transport']>> = {
  expressRoute: 'er',
  vpn: 'vpn',
  bgp: 'nva',
}

/** Returns the routes of the connections of each hub. A hub has one route for both paths of a circuit. */
function hubTables(world: SimulatedWorld, at: number): WhatIfTable[] {
  return world.scenario.hubs.flatMap((hub): WhatIfTable[] => {
    const domain = world.topology.domainOfHub.get(hub.name)
    if (!domain) return []
    const routes = inboundHubRoutes(world.state(domain, at), hub).flatMap(({ prefix, path, hop, connection }) => {
      const transport = transports[hop]
      if (transport === undefined) return []
      const circuit = findHubCircuit(hub, connection) ?? null
      const asPath = path.flatMap((asn) => asn ?? [])
      const gateway = findHubGateway(hub, hop) ?? hub.name
      return [
        basicRoute({ prefix: prefix.text, scope: hub.name, transport, circuit, asPath, peer: connection, gateway }),
      ]
    })
    return [
      {
        side: 'azure',
        scope: hub.name,
        site: null,
        isPartial: false,
        preference: preferences[hub.preference],
        ownSpace: [],
        space: [],
        routes,
      },
    ]
  })
}

/** Returns the routes that Azure offers to the routers of each site, with their reports if the routers send them. */
function onPremTables(world: SimulatedWorld, { reports }: MoveTopology): WhatIfTable[] {
  return world.scenario.sites.flatMap((site): WhatIfTable[] => {
    const domain = world.topology.domainOfSite.get(site.name)
    if (!domain) return []
    const state = world.state(domain, QUIET)
    const highest = Math.max(...site.egress.map(({ weight }) => weight))
    const routes = site.egress.flatMap(({ circuit, connection, weight }) => {
      const report = reports && {
        report: {
          is: 'reported' as const,
          router: `ce of ${site.name}`,
          asn: 65001,
          communities: [],
          isUsed: weight === highest,
          localPref: weight,
          neighborAsn: 12076,
          med: null,
          origin: null,
          asPath: [12076, 65515],
        },
      }
      const offer = (vnet: string | undefined, fields: Partial<WhatIfRoute> & { scope: string }) =>
        vnet === undefined
          ? []
          : vnetSpace(state, vnet).map(({ text: prefix }) =>
              basicRoute({ instance: null, asPath: [12076, 65515], gateway: null, ...report, ...fields, prefix }),
            )
      const tunnels = domain.peers.filter(
        (peer) => peer.connection?.name === connection && peer.connection?.device?.bgp,
      )
      if (connection)
        return tunnels.flatMap(({ gateway: { name, vnet }, neighbor }) =>
          offer(vnet, { scope: name, gateway: name, transport: 'vpn', peer: neighbor, asPath: [65515] }),
        )
      return circuitPaths.flatMap((path) => {
        const edge = edgeKey(circuit ?? '', 'AzurePrivatePeering', path)
        // the product leaves out paths on which the customer announces no prefix
        const isAnnouncing = (world.topology.received.get(edge) ?? []).length > 0
        if (!circuit || !isAnnouncing) return []
        const vnet = peersOnEdge(state, edge)[0]?.gateway.vnet
        return offer(vnet, { scope: circuit, circuit, path, peer: `${circuit} ${path}` })
      })
    })
    return [
      {
        side: 'onprem',
        scope: site.name,
        site: site.name,
        isPartial: false,
        preference: 'expressRoute',
        ownSpace: [],
        space: [],
        routes,
      },
    ]
  })
}

/**
 * Causes the loss in the simulator. Returns a text for each prefix whose traffic differs from the prediction: it uses
 * another circuit than predicted, it is not delivered in both directions although the verdict is `moves`, or it is
 * delivered although the verdict is `does_not_move`.
 */
export function simulateTrafficMove(topology: MoveTopology, { move, rows }: MovePrediction): string[] {
  const { circuit, path } = topology.lost
  const happenings = [{ op: 'cut-path' as const, circuit, path, at: '+0s' }]
  const world = createWorld(parseSimulatorScenario({ ...topology.scenario, happenings }), ORIGIN)
  const siteOf = factsOf(world).siteOf
  return rows.flatMap(({ side, prefix, scope, outcome, after }): string[] => {
    const target = parsePrefixWithoutHostBits(prefix)
    if (side !== 'azure' || !target) return []
    const predicted = [...new Set(after.map(({ circuitId }) => circuitId ?? 'vpn'))].toSorted().join('+')
    const hub = world.scenario.hubs.find(({ name }) => name === scope)
    const domain = hub
      ? world.topology.domainOfHub.get(hub.name)
      : world.topology.domainOfSite.get(siteOf(prefix) ?? '')
    if (!domain) return [`${prefix}: no domain`]
    const state = world.state(domain, LATER)
    const used = hub
      ? effectiveHubRoutes(state, hub)
          .filter((one) => one.prefix.text === prefix)
          .map(({ connection }) => findHubCircuit(hub, connection))
      : findBestSessionsToPrefix(state, target).map(({ connection }) => connection?.circuit)
    const actual = [...new Set(used.map((one) => one ?? 'vpn'))].toSorted().join('+')
    const site = world.scenario.sites.find(({ name }) => name === siteOf(prefix))
    const arrived = hub || !site ? null : computeDeliveredPacketShare(state, site, target)
    return [
      ...(outcome === 'covered' || actual === predicted ? [] : [`${prefix}: predicted ${predicted}, uses ${actual}`]),
      ...(move.verdict === 'moves' && arrived !== null && arrived < 0.999 ? [`${prefix}: not delivered`] : []),
      ...(move.verdict === 'does_not_move' && arrived !== null && arrived > 0 ? [`${prefix}: delivered`] : []),
    ]
  })
}
