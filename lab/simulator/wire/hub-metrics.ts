/** Azure Monitor's metrics of hubs, Route Servers and hubs' gateways (platform metrics list). */
import { MINUTE } from '#lib/contract/time/time.ts'
import { isHubConnectionUp } from '../hub-routes.ts'
import { type Direction, edgeCounter, edgeKey } from '../keys.ts'
import type { HubSpec, RouteServerSpec } from '../schema.ts'
import type { Domain } from '../topology.ts'
import type { World } from '../world.ts'
import { type Metric } from './metric-series.ts'
import { peerWord } from './route-server.ts'

const DIRECTIONS: readonly Direction[] = ['in', 'out']
const PATHS = ['primary', 'secondary'] as const
const FIVE = 5 * MINUTE

/**
 * Returns the traffic of the connections of a hub's ExpressRoute gateway: a share of the traffic of their circuits'
 * private peerings.
 */
export function hubExpressRouteMetrics(world: World, hub: HubSpec, domain: Domain): Metric[] {
  const counters = world.counters(domain)
  return DIRECTIONS.map((direction) => ({
    name: direction === 'in' ? 'ErGatewayConnectionBitsInPerSecond' : 'ErGatewayConnectionBitsOutPerSecond',
    unit: 'BitsPerSecond',
    aggregation: 'Average',
    dimensions: ['ConnectionName'],
    grain: MINUTE,
    series: (hub.expressRoute?.connections ?? []).map(({ name, circuit, share }) => ({
      dimensions: { ConnectionName: name },
      value: (from, to) => {
        if (!isHubConnectionUp(world.state(domain, from), hub, name)) return 0
        const ofPath = (path: (typeof PATHS)[number]) =>
          counters.bitsPerSecond(edgeCounter(edgeKey(circuit, 'AzurePrivatePeering', path), direction), from, to)
        return share * PATHS.reduce((sum, path) => sum + ofPath(path), 0)
      },
    })),
  }))
}

/** Returns the bytes of the tunnels of a hub's VPN gateway, one tunnel to each of its two instances. */
export function hubVpnMetrics(world: World, hub: HubSpec, domain: Domain): Metric[] {
  return DIRECTIONS.map((direction) => ({
    name: direction === 'in' ? 'TunnelIngressBytes' : 'TunnelEgressBytes',
    unit: 'Bytes',
    aggregation: 'Total',
    dimensions: ['ConnectionName', 'RemoteIP', 'Instance'],
    grain: FIVE,
    series: (hub.vpn?.connections ?? []).flatMap(({ name, publicAddress, mbps }) =>
      [0, 1].map((instance) => ({
        dimensions: { ConnectionName: name, RemoteIP: publicAddress, Instance: `GatewayTenantWorker_IN_${instance}` },
        value: (from: number, to: number) =>
          isHubConnectionUp(world.state(domain, from), hub, name) ? Math.round((mbps / 2) * 125 * (to - from)) : 0,
      })),
    ),
  }))
}

const peerStatus = (peers: readonly { address: string; isUp: (at: number) => boolean }[]): Metric[] => [
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
const routerLoad = (units: number | null, mbps: number): Metric[] =>
  (
    [
      ['RoutingInfrastructureUnits', 'Count', 'Maximum', () => units ?? 0],
      ['VirtualHubDataProcessed', 'Bytes', 'Total', (from, to) => Math.round(mbps * 125 * (to - from))],
    ] as const satisfies [string, Metric['unit'], Metric['aggregation'], (from: number, to: number) => number][]
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
export const hubMetrics = (world: World, hub: HubSpec, domain: Domain): Metric[] => [
  ...peerStatus(
    hub.bgp.map(({ name, address }) => ({
      address,
      isUp: (at) => isHubConnectionUp(world.state(domain, at), hub, name),
    })),
  ),
  ...routerLoad(hub.routerUnits, hub.firewall ? 0 : hub.routedMbps),
]

/** Returns the same metrics of a Route Server. */
export const routeServerMetrics = (world: World, server: RouteServerSpec): Metric[] => [
  ...peerStatus(
    server.peers.map((peer) => ({
      address: peer.address,
      isUp: (at) => peerWord(world, server, peer, at) === 'Connected',
    })),
  ),
  ...routerLoad(null, 0),
]
