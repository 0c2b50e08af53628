/** Azure Monitor's metrics of the watched resource types, as functions of a time interval (platform metrics list). */
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  intersectEffectIntervals,
  type EffectInterval,
  generateEffectOccurrences,
  mergeOverlappingIntervals,
} from '../effect.ts'
import { hashSeedToSignedFraction } from '../hash.ts'
import {
  connectionCounter,
  type TrafficDirectionName,
  dropKey,
  edgeCounter,
  edgeKey,
  instanceCounter,
} from '../keys.ts'
import { listRoutesLearnedBySession, vnetSpace } from '../rib.ts'
import type { CircuitSpec, GatewayConnectionSpec, GatewaySpec } from '../schema.ts'
import { computeTimeShareWithoutEffect } from '../session.ts'
import type { RoutingDomain } from '../topology.ts'
import type { SimulatedWorld } from '../world.ts'

export interface SimulatedMetricSeries {
  readonly dimensions: Readonly<Record<string, string>>
  /** Returns the value for the interval from `from` (inclusive) to `to` (exclusive). */
  readonly value: (from: number, to: number) => number
}

export type MetricAggregation = 'Average' | 'Minimum' | 'Maximum' | 'Total' | 'Count'

export interface SimulatedMetric {
  readonly name: string
  readonly unit: 'BitsPerSecond' | 'BytesPerSecond' | 'Percent' | 'Count' | 'Bytes' | 'CountPerSecond' | 'MilliSeconds'
  readonly aggregation: MetricAggregation
  readonly dimensions: readonly string[]
  /** Finest grain, milliseconds. */
  readonly grain: number
  readonly series: readonly SimulatedMetricSeries[]
}

const FIVE = 5 * MS_PER_MINUTE

export type AggregateMetricFunction = (from: number, to: number) => number

function bits(world: SimulatedWorld, domain: RoutingDomain, counter: string): AggregateMetricFunction {
  const counters = world.counters(domain)
  return (from, to) => counters.bitsPerSecond(counter, from, to)
}

function rates(
  world: SimulatedWorld,
  domain: RoutingDomain,
  series: (direction: TrafficDirectionName) => SimulatedMetricSeries[],
  dimensions: readonly string[],
): SimulatedMetric[] {
  return (['in', 'out'] as const).map((direction) => ({
    name: direction === 'in' ? 'BitsInPerSecond' : 'BitsOutPerSecond',
    unit: 'BitsPerSecond',
    aggregation: 'Average',
    dimensions,
    grain: MS_PER_MINUTE,
    series: series(direction),
  }))
}

const PATHS = [
  ['primary', 'Primary'],
  ['secondary', 'Secondary'],
] as const

/**
 * Returns the outages in which Microsoft's probes reach no peer: the CE's session is down, or the sessions of all
 * gateways on the same MSEE are.
 */
function unreachable(
  world: SimulatedWorld,
  domain: RoutingDomain,
  key: string,
  from: number,
  to: number,
): EffectInterval[] {
  const peers = domain.peers.filter((p) => p.source === key)
  const core = peers.map((p) => world.sessions.downs(p.key, from, to))
  const all =
    core.length > 0 ? core.reduce<readonly EffectInterval[]>(intersectEffectIntervals, [{ from, until: to }]) : []
  return mergeOverlappingIntervals([...world.sessions.downs(key, from, to), ...all])
}

/** Returns the mean rate that happenings drop in an interval, bit/s. */
function dropped(world: SimulatedWorld, key: string, from: number, to: number): number {
  return world.timeline.effects.reduce((sum, effect) => {
    if (effect.kind !== 'drop' || effect.key !== key) return sum
    const lasted = [...generateEffectOccurrences(effect, from, to)].reduce(
      (all, { from: begin, until }) => all + Math.max(0, Math.min(until, to) - Math.max(begin, from)),
      0,
    )
    return sum + (effect.mbps * 1e6 * lasted) / (to - from)
  }, 0)
}

/** Returns the metric of the number of FastPath routes of a circuit or a port. */
export const fastPathRoutesMetric = (name: string, routes: number): SimulatedMetric => ({
  name,
  unit: 'Count',
  aggregation: 'Maximum',
  dimensions: [],
  grain: FIVE,
  series: [{ dimensions: {}, value: () => routes }],
})

export function circuitMetrics(world: SimulatedWorld, circuit: CircuitSpec, domain: RoutingDomain): SimulatedMetric[] {
  const edges = circuit.peerings.flatMap(({ type }) =>
    PATHS.map(([path, role]) => ({ type, role, key: edgeKey(circuit.name, type, path) })),
  )
  const availability = (name: string, share: (key: string) => AggregateMetricFunction): SimulatedMetric => ({
    name,
    unit: 'Percent',
    aggregation: 'Average',
    dimensions: ['PeeringType', 'Peer'],
    grain: MS_PER_MINUTE,
    series: edges.map(({ type, role, key }) => ({
      dimensions: { PeeringType: type, Peer: `${role}-IPv4` },
      value: (from, to) => 100 * share(key)(from, to),
    })),
  })
  const drops = (name: string, direction: TrafficDirectionName): SimulatedMetric => ({
    name,
    unit: 'BitsPerSecond',
    aggregation: 'Average',
    dimensions: [],
    grain: FIVE,
    series: [{ dimensions: {}, value: (from, to) => dropped(world, dropKey(circuit.name, direction), from, to) }],
  })
  return [
    availability(
      'ArpAvailability',
      (key) => (from, to) =>
        computeTimeShareWithoutEffect(world.timeline, domain, (e) => e.kind === 'arp' && e.key === key, from, to),
    ),
    availability('BgpAvailability', (key) => (from, to) => {
      const lost = unreachable(world, domain, key, from, to)
      return (
        1 - lost.reduce((sum, d) => sum + Math.max(0, Math.min(d.until, to) - Math.max(d.from, from)), 0) / (to - from)
      )
    }),
    ...rates(
      world,
      domain,
      (direction) =>
        edges.map(({ type, role, key }) => ({
          dimensions: { PeeringType: type, DeviceRole: role },
          value: bits(world, domain, edgeCounter(key, direction)),
        })),
      ['PeeringType', 'DeviceRole'],
    ),
    drops('QosDropBitsInPerSecond', 'in'),
    drops('QosDropBitsOutPerSecond', 'out'),
    fastPathRoutesMetric('FastPathRoutesCountForCircuit', circuit.fastPathRoutes),
  ]
}

export function peeringMetrics(
  world: SimulatedWorld,
  circuit: CircuitSpec,
  type: string,
  domain: RoutingDomain,
): SimulatedMetric[] {
  const keys = domain.edges.filter(
    (e) => e.circuit.name === circuit.name && e.peering.type.toLowerCase() === type.toLowerCase(),
  )
  return rates(
    world,
    domain,
    (direction) => {
      const both = keys.map((e) => bits(world, domain, edgeCounter(e.key, direction)))
      return [{ dimensions: {}, value: (from, to) => both.reduce((sum, rate) => sum + rate(from, to), 0) }]
    },
    [],
  )
}

export function connectionMetrics(
  world: SimulatedWorld,
  connection: GatewayConnectionSpec,
  domain: RoutingDomain,
): SimulatedMetric[] {
  return rates(
    world,
    domain,
    (direction) => [{ dimensions: {}, value: bits(world, domain, connectionCounter(connection.name, direction)) }],
    [],
  )
}

/** Returns Azure Monitor's name of an instance of a gateway. */
export const formatInstanceRoleName = (index: number): string => `GatewayTenantWorker_IN_${index}`

/** Returns a function that counts at both ends of an interval and returns the larger count. */
export const createMaxCountAtIntervalEnds =
  <Item>(count: (item: Item, at: number) => number) =>
  (item: Item): AggregateMetricFunction =>
  (from, to) =>
    Math.max(count(item, from), count(item, to - 1))

export function gatewayMetrics(world: SimulatedWorld, gateway: GatewaySpec, domain: RoutingDomain): SimulatedMetric[] {
  const both = (address: string): AggregateMetricFunction => {
    const into = bits(world, domain, instanceCounter(gateway.name, address, 'in'))
    const out = bits(world, domain, instanceCounter(gateway.name, address, 'out'))
    return (from, to) => into(from, to) + out(from, to)
  }
  const perInstance = (
    dimension: string,
    value: (address: string) => AggregateMetricFunction,
  ): SimulatedMetricSeries[] =>
    gateway.instances.map(({ address }, n) => ({
      dimensions: { [dimension]: formatInstanceRoleName(n) },
      value: value(address),
    }))
  const perPeer = (instance: string, value: (key: string) => AggregateMetricFunction): SimulatedMetricSeries[] =>
    domain.peers
      .filter((p) => p.gateway.name === gateway.name && p.role !== 'internal')
      .map((p) => ({
        dimensions: {
          [instance]: formatInstanceRoleName(gateway.instances.findIndex((i) => i.address === p.instance)),
          BgpPeerAddress: p.neighbor,
        },
        value: value(p.key),
      }))
  const learned = (key: string, at: number): number => {
    const peer = domain.peers.find((p) => p.key === key)
    return peer ? listRoutesLearnedBySession(world.state(domain, at), peer).routes.length : 0
  }
  const advertised = (key: string, at: number): number =>
    world.sessions.at(key, at).up ? vnetSpace(world.state(domain, at), gateway.vnet).length : 0
  const one = (
    name: string,
    unit: SimulatedMetric['unit'],
    aggregation: MetricAggregation,
    dimensions: readonly string[],
    series: readonly SimulatedMetricSeries[],
  ): SimulatedMetric => ({ name, unit, aggregation, dimensions, grain: FIVE, series })

  /**
   * Returns the number of scale units in use. If the number of instances changes, each existing instance is a unit.
   * Otherwise, the load needs one unit per 1 Gb/s, within the configured minimum and maximum.
   */
  const unitsInUse: AggregateMetricFunction = (from, to) => {
    const least = gateway.scaleUnits ?? 1
    if (gateway.instances.length > Math.max(2, least)) {
      const state = world.state(domain, from)
      return gateway.instances.filter(({ address }) => !state.instanceAbsent(gateway.name, address)).length
    }
    const bps = gateway.instances.reduce((sum, { address }) => sum + both(address)(from, to), 0)
    return Math.min(gateway.scaleUnitsMost ?? least, Math.max(least, Math.ceil(bps / 1e9)))
  }

  if (gateway.kind === 'Vpn')
    return [
      one(
        'BgpPeerStatus',
        'Count',
        'Average',
        ['BgpPeerAddress', 'Instance'],
        perPeer('Instance', (key) => (from, to) => world.sessions.availability(key, from, to)),
      ),
      one(
        'BgpRoutesLearned',
        'Count',
        'Total',
        ['BgpPeerAddress', 'Instance'],
        perPeer('Instance', createMaxCountAtIntervalEnds(learned)),
      ),
      one(
        'BgpRoutesAdvertised',
        'Count',
        'Total',
        ['BgpPeerAddress', 'Instance'],
        perPeer('Instance', createMaxCountAtIntervalEnds(advertised)),
      ),
      one(
        'AverageBandwidth',
        'BytesPerSecond',
        'Average',
        ['Instance'],
        perInstance('Instance', (a) => (f, t) => both(a)(f, t) / 8),
      ),
    ]
  const scalable = gateway.sku === 'ErGwScale'
  const name = (suffix: string): string => `${scalable ? 'Scalable' : ''}ExpressRouteGateway${suffix}`
  const byRole = scalable ? [] : ['roleInstance']
  const byPeer = [...byRole, 'BgpPeerAddress']
  const load = (per: (bps: number, at: number) => number, of = both) =>
    perInstance('roleInstance', (a) => (f, t) => per(of(a)(f, t), f))
  /**
   * "Bits Received Per second", "Packets received per second": only traffic from on-premises, without the other
   * direction.
   */
  const received = (address: string) => bits(world, domain, instanceCounter(gateway.name, address, 'in'))
  return [
    one(
      name('BitsPerSecond'),
      'BitsPerSecond',
      'Average',
      byRole,
      load((bps) => bps, received),
    ),
    one(
      name('PacketsPerSecond'),
      'CountPerSecond',
      'Average',
      byRole,
      load((bps) => bps / (8 * 720), received),
    ),
    one(
      name('CpuUtilization'),
      'Percent',
      'Average',
      byRole,
      load((bps, at) => Math.min(100, 3 + bps / 25_000_000 + hashSeedToSignedFraction(7, at / FIVE))),
    ),
    one(
      name('ActiveFlows'),
      'Count',
      'Average',
      byRole,
      load((bps) => Math.round(bps / 45_000)),
    ),
    one(
      name('CountOfRoutesLearnedFromPeer'),
      'Count',
      'Maximum',
      byPeer,
      perPeer('roleInstance', createMaxCountAtIntervalEnds(learned)),
    ),
    one(
      name('CountOfRoutesAdvertisedToPeer'),
      'Count',
      'Maximum',
      byPeer,
      perPeer('roleInstance', createMaxCountAtIntervalEnds(advertised)),
    ),
    one(
      name('FrequencyOfRoutesChanged'),
      'Count',
      'Total',
      byRole,
      perInstance('roleInstance', () => (f, t) => world.counters(domain).edgesIn(f, t)),
    ),
    ...(scalable
      ? [one('ScalableExpressRouteGatewayScaleUnit', 'Count', 'Average', [], [{ dimensions: {}, value: unitsInUse }])]
      : []),
    one(
      name('NumberOfVmInVnet'),
      'Count',
      'Maximum',
      byRole,
      perInstance('roleInstance', () => () => 42),
    ),
    one(
      name('MaxFlowsCreationRate'),
      'CountPerSecond',
      'Maximum',
      [...byRole, 'direction'],
      (['inbound', 'outbound'] as const).flatMap((direction) =>
        load((bps) => Math.round(bps / 9_000_000), direction === 'inbound' ? received : both).map((series) => ({
          ...series,
          dimensions: { ...series.dimensions, direction },
        })),
      ),
    ),
  ]
}
