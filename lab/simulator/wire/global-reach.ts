/**
 * Global Reach connections of a circuit's private peering, in ARM's format (ExpressRouteCircuitConnections_List,
 * PeerExpressRouteCircuitConnections_List), and their metrics (platform metrics list of
 * Microsoft.Network/expressRouteCircuits).
 */
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { isEffectActiveAt, generateEffectOccurrences } from '../effect.ts'
import { type TrafficDirectionName, edgeCounter, edgeKey, reachKey } from '../keys.ts'
import type { CircuitSpec, GlobalReachSpec } from '../schema.ts'
import type { RoutingDomain } from '../topology.ts'
import type { SimulatedWorld } from '../world.ts'
import {
  getCircuitOfRequestPath,
  type ArmOperationContext,
  createResourceEtag,
  createResourceNotFoundError,
  resourceId,
} from './context.ts'
import { type SimulatedMetric } from './metric-series.ts'

const PRIVATE = 'AzurePrivatePeering'

const peeringId = (world: SimulatedWorld, name: string): string => {
  const circuit = world.scenario.circuits.find((one) => one.name === name)
  return `${resourceId(world, circuit?.group ?? '', 'expressRouteCircuits', name)}/peerings/${PRIVATE}`
}

const serviceKeyOf = (world: SimulatedWorld, name: string): string =>
  world.scenario.circuits.find((one) => one.name === name)?.serviceKey ?? world.topology.guid(`key/${name}`)

const lossesOf = (world: SimulatedWorld, { name }: GlobalReachSpec) =>
  world.timeline.effects.filter((e) => e.kind === 'reach' && e.key === reachKey(name))

function statusAt(world: SimulatedWorld, reach: GlobalReachSpec, at: number): string {
  const loss = lossesOf(world, reach).find((e) => isEffectActiveAt(e, at))
  return loss?.kind === 'reach' ? loss.word : 'Connected'
}

const ends = (world: SimulatedWorld, reach: GlobalReachSpec, from: string, to: string, at: number) => ({
  addressPrefix: reach.prefix,
  circuitConnectionStatus: statusAt(world, reach, at),
  expressRouteCircuitPeering: { id: peeringId(world, from) },
  peerExpressRouteCircuitPeering: { id: peeringId(world, to) },
  ...(reach.prefix6 && {
    ipv6CircuitConnectionConfig: {
      addressPrefix: reach.prefix6,
      circuitConnectionStatus: statusAt(world, reach, at),
    },
  }),
  provisioningState: 'Succeeded',
})

/** Returns the connections that were created on a circuit. */
export const listGlobalReachCreatedOnCircuit = ({ world, at }: ArmOperationContext, circuit: CircuitSpec) =>
  world.scenario.globalReach
    .filter((reach) => reach.circuit === circuit.name)
    .map((reach) => ({
      name: reach.name,
      id: `${peeringId(world, circuit.name)}/connections/${reach.name}`,
      etag: createResourceEtag(world, reach.name),
      type: 'Microsoft.Network/expressRouteCircuits/peerings/connections',
      properties: { ...ends(world, reach, reach.circuit, reach.peer, at), authorizationKey: null },
    }))

/** Returns the connections that were created on another circuit to this one. */
export const listGlobalReachCreatedToCircuit = ({ world, at }: ArmOperationContext, circuit: CircuitSpec) =>
  world.scenario.globalReach
    .filter((reach) => reach.peer === circuit.name)
    .map((reach) => {
      const name = world.topology.guid(`reach/${reach.name}`)
      return {
        name,
        id: `${peeringId(world, circuit.name)}/peerConnections/${name}`,
        etag: createResourceEtag(world, reach.name),
        type: 'Microsoft.Network/expressRouteCircuits/peerings/peerConnections',
        properties: {
          ...ends(world, reach, reach.peer, reach.circuit, at),
          connectionName: reach.name,
          authResourceGuid: '',
        },
      }
    })

export const hasReach = (world: SimulatedWorld, circuit: CircuitSpec): boolean => reachesOf(world, circuit).length > 0

function privatePeeringOf(c: ArmOperationContext): CircuitSpec {
  const { spec } = getCircuitOfRequestPath(c)
  const wanted = c.params.peering ?? ''
  if (!spec.peerings.some(({ type }) => type.toLowerCase() === wanted.toLowerCase()))
    throw createResourceNotFoundError(`expressRouteCircuits/${spec.name}/peerings`, wanted, spec.group)
  return spec
}

const isPrivate = (c: ArmOperationContext): boolean => (c.params.peering ?? '').toLowerCase() === PRIVATE.toLowerCase()

export function listConnections(c: ArmOperationContext) {
  const spec = privatePeeringOf(c)
  return isPrivate(c) ? listGlobalReachCreatedOnCircuit(c, spec) : []
}

export function listPeerConnections(c: ArmOperationContext) {
  const spec = privatePeeringOf(c)
  return isPrivate(c) ? listGlobalReachCreatedToCircuit(c, spec) : []
}

const reachesOf = (world: SimulatedWorld, { name }: CircuitSpec): GlobalReachSpec[] =>
  world.scenario.globalReach.filter((one) => one.circuit === name || one.peer === name)

/** Returns the bits per second of one Global Reach connection, on both paths of a circuit together. */
function rateOf(
  world: SimulatedWorld,
  { circuit, domain, reach }: Reaching,
  direction: TrafficDirectionName,
  from: number,
  to: number,
) {
  const counters = world.counters(domain)
  const passing = (['primary', 'secondary'] as const).reduce(
    (sum, path) => sum + counters.bitsPerSecond(edgeCounter(edgeKey(circuit.name, PRIVATE, path), direction), from, to),
    0,
  )
  return reach.share * passing * (1 - lostShare(world, reach, from, to))
}

interface Reaching {
  circuit: CircuitSpec
  domain: RoutingDomain
  reach: GlobalReachSpec
}

/**
 * Returns the metrics of Global Reach traffic in and out of Azure at a circuit, by the circuit at the other end. A
 * circuit without Global Reach has no such metrics.
 */
export function reachMetrics(world: SimulatedWorld, circuit: CircuitSpec, domain: RoutingDomain): SimulatedMetric[] {
  const own = reachesOf(world, circuit)
  if (own.length === 0) return []
  return (['in', 'out'] as const).map((direction) => ({
    name: direction === 'in' ? 'GlobalReachBitsInPerSecond' : 'GlobalReachBitsOutPerSecond',
    unit: 'BitsPerSecond',
    aggregation: 'Average',
    dimensions: ['PeeredCircuitSKey'],
    grain: MS_PER_MINUTE,
    series: own.map((reach) => ({
      dimensions: {
        PeeredCircuitSKey: serviceKeyOf(world, reach.circuit === circuit.name ? reach.peer : reach.circuit),
      },
      value: (from: number, to: number) => rateOf(world, { circuit, domain, reach }, direction, from, to),
    })),
  }))
}

/**
 * Returns the bytes that left Azure's edge over Global Reach in whole hours. They are counted by the circuit's
 * counters, but are not data of its plan.
 */
export function reachBytesOut(
  world: SimulatedWorld,
  circuit: CircuitSpec,
  domain: RoutingDomain,
  from: number,
  to: number,
): number {
  let bytes = 0
  for (const reach of reachesOf(world, circuit)) {
    for (let at = from; at < to; at += MS_PER_HOUR) {
      bytes += (rateOf(world, { circuit, domain, reach }, 'out', at, at + MS_PER_HOUR) / 8) * (MS_PER_HOUR / 1_000)
    }
  }
  return bytes
}

function lostShare(world: SimulatedWorld, reach: GlobalReachSpec, from: number, to: number): number {
  const lost = lossesOf(world, reach)
    .flatMap((e) => [...generateEffectOccurrences(e, from, to)])
    .reduce((sum, one) => sum + Math.max(0, Math.min(one.until, to) - Math.max(one.from, from)), 0)
  return Math.min(1, lost / (to - from))
}
