/** Azure Monitor's metrics of hubs, Route Servers and hubs' gateways (platform metrics list). */
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { inboundHubRoutes, isHubConnectionUp } from '../hub-routes.ts'
import { connectionCounter, type TrafficDirectionName, edgeCounter, edgeKey, hubKey } from '../keys.ts'
import type { GatewaySpec, VirtualHubSpec, RouteServerSpec } from '../schema.ts'
import { type RoutingDomain, expandPrefixSets } from '../topology.ts'
import type { SimulatedWorld } from '../world.ts'
import {
  createMaxCountAtIntervalEnds,
  type SimulatedMetric,
  type AggregateMetricFunction,
  formatInstanceRoleName,
} from './metric-series.ts'
import { getRouteServerPeerState } from './route-server.ts'

const DIRECTIONS: readonly TrafficDirectionName[] = ['in', 'out']
const PATHS = ['primary', 'secondary'] as const
const PRIVATE = 'AzurePrivatePeering'
const FIVE = 5 * MS_PER_MINUTE

/** Returns the traffic of the connections of an ExpressRoute gateway in a hub. */
const connectionRates = <Connection extends { readonly name: string }>(
  connections: readonly Connection[],
  rate: (connection: Connection, direction: TrafficDirectionName) => AggregateMetricFunction,
): SimulatedMetric[] =>
  DIRECTIONS.map((direction) => ({
    name: direction === 'in' ? 'ErGatewayConnectionBitsInPerSecond' : 'ErGatewayConnectionBitsOutPerSecond',
    unit: 'BitsPerSecond',
    aggregation: 'Average',
    dimensions: ['ConnectionName'],
    grain: MS_PER_MINUTE,
    series: connections.map((connection) => ({
      dimensions: { ConnectionName: connection.name },
      value: rate(connection, direction),
    })),
  }))

/**
 * Returns the metrics of a hub's ExpressRoute gateway. The traffic of a connection is a share of the traffic of its
 * circuit's private peering. The load is shared equally by the two instances.
 */
export function hubExpressRouteMetrics(
  world: SimulatedWorld,
  hub: VirtualHubSpec,
  domain: RoutingDomain,
): SimulatedMetric[] {
  const counters = world.counters(domain)
  const connections = hub.expressRoute?.connections ?? []
  const isUp = (name: string, at: number) => isHubConnectionUp(world.state(domain, at), hub, name)
  const rateOf =
    ({ name, circuit, share }: (typeof connections)[number], direction: TrafficDirectionName) =>
    (from: number, to: number) => {
      if (!isUp(name, from)) return 0
      const ofPath = (path: (typeof PATHS)[number]) =>
        counters.bitsPerSecond(edgeCounter(edgeKey(circuit, PRIVATE, path), direction), from, to)
      return share * PATHS.reduce((sum, path) => sum + ofPath(path), 0)
    }
  const rate = (direction: TrafficDirectionName) => (from: number, to: number) =>
    connections.reduce((sum, connection) => sum + rateOf(connection, direction)(from, to), 0) / 2
  const [received, sent] = [rate('in'), rate('out')]
  const load = (
    name: string,
    unit: SimulatedMetric['unit'],
    aggregation: SimulatedMetric['aggregation'],
    value: AggregateMetricFunction,
    more: readonly Readonly<Record<string, string>>[] = [{}],
  ): SimulatedMetric => ({
    name: `ExpressRouteGateway${name}`,
    unit,
    aggregation,
    dimensions: ['roleInstance', ...Object.keys(more[0] ?? {})],
    grain: FIVE,
    series: [0, 1].flatMap((n) =>
      more.map((dimensions) => ({ dimensions: { roleInstance: formatInstanceRoleName(n), ...dimensions }, value })),
    ),
  })
  const routes = (connection: (typeof connections)[number] | null) => (from: number) => {
    const all = inboundHubRoutes(world.state(domain, from), hub)
    return all.filter((one) => connection === null || one.connection === connection.name).length
  }
  const perPeer = (
    name: string,
    count: (connection: (typeof connections)[number]) => AggregateMetricFunction,
  ): SimulatedMetric => ({
    name: `ExpressRouteGateway${name}`,
    unit: 'Count',
    aggregation: 'Maximum',
    dimensions: ['roleInstance', 'BgpPeerAddress'],
    grain: FIVE,
    series: [0, 1].flatMap((n) =>
      connections.flatMap((connection) =>
        domain.edges
          .filter(({ circuit, peering }) => circuit.name === connection.circuit && peering.type === PRIVATE)
          .map(({ msee }) => ({
            dimensions: { roleInstance: formatInstanceRoleName(n), BgpPeerAddress: msee },
            value: count(connection),
          })),
      ),
    ),
  })
  return [
    ...connectionRates(connections, rateOf),
    load('BitsPerSecond', 'BitsPerSecond', 'Average', received),
    load('PacketsPerSecond', 'CountPerSecond', 'Average', (from, to) => received(from, to) / (8 * 720)),
    load('CpuUtilization', 'Percent', 'Average', (from, to) => Math.min(100, 3 + received(from, to) / 25_000_000)),
    load('ActiveFlows', 'Count', 'Average', (from, to) => Math.round((received(from, to) + sent(from, to)) / 45_000)),
    load('FrequencyOfRoutesChanged', 'Count', 'Total', (from, to) => counters.edgesIn(from, to)),
    load('NumberOfVmInVnet', 'Count', 'Maximum', () => 42),
    load('MaxFlowsCreationRate', 'CountPerSecond', 'Maximum', (from, to) => received(from, to) / 9_000_000, [
      { direction: 'inbound' },
      { direction: 'outbound' },
    ]),
    perPeer('CountOfRoutesLearnedFromPeer', routes),
    perPeer('CountOfRoutesAdvertisedToPeer', () => routes(null)),
  ]
}

/** Returns the traffic of the connections of an ExpressRoute gateway of the scenario that is in a hub. */
export function hostedConnectionRates(
  world: SimulatedWorld,
  gateway: GatewaySpec,
  domain: RoutingDomain,
): SimulatedMetric[] {
  const counters = world.counters(domain)
  const own = domain.connections.filter((one) => one.gateway === gateway.name)
  const rateOf =
    ({ name }: (typeof own)[number], direction: TrafficDirectionName): AggregateMetricFunction =>
    (from, to) =>
      counters.bitsPerSecond(connectionCounter(name, direction), from, to)
  return connectionRates(own, rateOf)
}

/**
 * Returns the metrics of a hub's VPN gateway: state and routes of the session of each instance with each branch, and
 * the bytes of the tunnels, one tunnel to each of its two instances.
 */
export function hubVpnMetrics(world: SimulatedWorld, hub: VirtualHubSpec, domain: RoutingDomain): SimulatedMetric[] {
  const connections = hub.vpn?.connections ?? []
  const isUp = (name: string, at: number) => isHubConnectionUp(world.state(domain, at), hub, name)
  const perPeer = (
    name: string,
    aggregation: SimulatedMetric['aggregation'],
    value: (connection: (typeof connections)[number]) => AggregateMetricFunction,
  ): SimulatedMetric => ({
    name,
    unit: 'Count',
    aggregation,
    dimensions: ['BgpPeerAddress', 'Instance'],
    grain: FIVE,
    series: connections.flatMap((connection) =>
      [0, 1].map((instance) => ({
        dimensions: { BgpPeerAddress: connection.publicAddress, Instance: formatInstanceRoleName(instance) },
        value: value(connection),
      })),
    ),
  })
  const learned = ({ name, prefixes }: (typeof connections)[number], at: number) =>
    isUp(name, at) ? expandPrefixSets(prefixes).length : 0
  const advertised = ({ name }: (typeof connections)[number], at: number) =>
    isUp(name, at) ? inboundHubRoutes(world.state(domain, at), hub).filter((one) => one.connection !== name).length : 0
  const sessions = [
    perPeer(
      'BgpPeerStatus',
      'Average',
      ({ name }) =>
        (from, to) =>
          world.sessions.availability(hubKey(hub.name, name), from, to),
    ),
    perPeer('BgpRoutesLearned', 'Total', createMaxCountAtIntervalEnds(learned)),
    perPeer('BgpRoutesAdvertised', 'Total', createMaxCountAtIntervalEnds(advertised)),
  ]
  const bytes = DIRECTIONS.map(
    (direction): SimulatedMetric => ({
      name: direction === 'in' ? 'TunnelIngressBytes' : 'TunnelEgressBytes',
      unit: 'Bytes',
      aggregation: 'Total',
      dimensions: ['ConnectionName', 'RemoteIP', 'Instance'],
      grain: FIVE,
      series: connections.flatMap(({ name, publicAddress, mbps }) =>
        [0, 1].map((instance) => ({
          dimensions: { ConnectionName: name, RemoteIP: publicAddress, Instance: formatInstanceRoleName(instance) },
          value: (from: number, to: number) => (isUp(name, from) ? Math.round((mbps / 2) * 125 * (to - from)) : 0),
        })),
      ),
    }),
  )
  const bandwidth: SimulatedMetric = {
    name: 'AverageBandwidth',
    unit: 'BytesPerSecond',
    aggregation: 'Average',
    dimensions: ['Instance'],
    grain: FIVE,
    series: [0, 1].map((instance) => ({
      dimensions: { Instance: formatInstanceRoleName(instance) },
      // each instance has half of the tunnels; the value includes both directions
      value: (from) => connections.reduce((sum, { name, mbps }) => sum + (isUp(name, from) ? mbps * 125_000 : 0), 0),
    })),
  }
  return [...sessions, bandwidth, ...bytes]
}

const peerStatus = (peers: readonly { address: string; isUp: (at: number) => boolean }[]): SimulatedMetric[] => [
  {
    name: 'BgpPeerStatus',
    unit: 'Count',
    aggregation: 'Maximum',
    dimensions: ['routeserviceinstance', 'bgppeerip', 'bgppeertype'],
    grain: FIVE,
    series: peers.flatMap(({ address, isUp }) =>
      [0, 1].map((instance) => ({
        dimensions: {
          routeserviceinstance: `RouteServiceRole_IN_${instance}`,
          bgppeerip: address,
          bgppeertype: 'NVA',
        },
        value: (from: number, to: number) => (isUp(from) || isUp(to - 1) ? 1 : 0),
      })),
    ),
  },
]

/** Returns the other metrics of the router of a hub or a Route Server. They have no dimensions. */
const routerLoad = (units: number | null, mbps: number): SimulatedMetric[] =>
  (
    [
      ['RoutingInfrastructureUnits', 'Count', 'Maximum', () => units ?? 0],
      ['VirtualHubDataProcessed', 'Bytes', 'Total', (from, to) => Math.round(mbps * 125 * (to - from))],
    ] as const satisfies [
      string,
      SimulatedMetric['unit'],
      SimulatedMetric['aggregation'],
      (from: number, to: number) => number,
    ][]
  ).map(([name, unit, aggregation, value]) => ({
    name,
    unit,
    aggregation,
    dimensions: [],
    grain: FIVE,
    series: units === null ? [] : [{ dimensions: {}, value }],
  }))

/**
 * Returns the metrics of a hub: the state of each BGP peer by instance of its router, the router's units, and its
 * bytes. With a firewall, the firewall forwards these bytes instead, so that the router has none.
 */
export const hubMetrics = (world: SimulatedWorld, hub: VirtualHubSpec, domain: RoutingDomain): SimulatedMetric[] => [
  ...peerStatus(
    hub.bgp.map(({ name, address }) => ({
      address,
      isUp: (at) => isHubConnectionUp(world.state(domain, at), hub, name),
    })),
  ),
  ...routerLoad(hub.routerUnits, hub.firewall ? 0 : hub.routedMbps),
]

/** Returns the same metrics of a Route Server. */
export const routeServerMetrics = (world: SimulatedWorld, server: RouteServerSpec): SimulatedMetric[] => [
  ...peerStatus(
    server.peers.map((peer) => ({
      address: peer.address,
      isUp: (at) => getRouteServerPeerState(world, server, peer, at) === 'Connected',
    })),
  ),
  ...routerLoad(null, 0),
]
