import { type Circuit, type EpochMs, type EventKind, type Gateway, type Network } from '#lib/contract/index.ts'
import { type DetectionSettings, prefixLimit } from '#lib/detection/index.ts'
import { listEvents, type StoredEvent } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  type CircuitFacts,
  circuitLimits,
  type GatewayFacts,
  gatewayLimits,
  type PostureFacts,
} from '#lib/resilience/index.ts'
import { readCircuits } from './circuits.ts'
import { customersByScope } from './customer-names.ts'
import { readGateways } from './gateways.ts'
import { readNetworks } from './networks.ts'
import { readSessions } from './sessions.ts'
import { thresholdsInForce } from './thresholds-in-force.ts'
import { readTopology, type Topology } from './topology.ts'
import { iso } from './wire.ts'

const DAY = 24 * 60 * 60_000
/** Losses of that time prove something about the design. */
const LOSSES_MS = 180 * DAY
const MOST_LOSSES = 1_000
const losses: readonly EventKind[] = ['path_down', 'circuit_down']

/** What checks are made by, of all that the reader sees. */
export async function postureFacts(q: Queryable, now: EpochMs): Promise<PostureFacts> {
  const topology = await readTopology(q)
  const { sessions } = await readSessions(q, undefined, { at: null, now }, topology)
  const { circuits } = await readCircuits(q, topology, undefined, now, sessions)
  const { gateways } = await readGateways(q, topology, undefined, now, sessions)
  const networks = await readNetworks(q)
  const customers = await customersByScope(q)
  const settings = await thresholdsInForce(q)
  const past = await listEvents(q, { kinds: losses, from: now - LOSSES_MS, to: now, limit: MOST_LOSSES })
  const lossesOf = Map.groupBy(past.rows, ({ scope }) => scope)
  return {
    circuits: circuits.map((circuit) =>
      circuitFacts(circuit, {
        customer: customers.get(circuit.id) ?? null,
        settings,
        losses: lossesOf.get(circuit.id) ?? [],
      }),
    ),
    gateways: gateways.map((gateway) => gatewayFacts(gateway, { topology, circuits, networks, customers })),
    networks,
  }
}

function circuitFacts(
  circuit: Circuit,
  { customer, settings, losses: own }: { customer: string | null; settings: DetectionSettings; losses: StoredEvent[] },
): CircuitFacts {
  const isPremium = circuit.sku.tier?.toLowerCase() === 'premium'
  return {
    ...circuit,
    customer,
    prefixLimits: new Map(circuit.peerings.map(({ name }) => [name, prefixLimit(name, isPremium, settings)])),
    limits: circuitLimits({
      tier: circuit.sku.tier,
      bandwidthMbps: circuit.bandwidthMbps,
      networks: circuit.connections.length,
      circuits: circuit.globalReachConnections.length,
    }),
    losses: own
      .map(({ started, forwardingLoss }) => ({
        at: iso(started.latest),
        mechanism: forwardingLoss?.mechanism?.named ?? null,
      }))
      .toSorted((a, b) => (a.at < b.at ? 1 : -1)),
  }
}

function gatewayFacts(
  gateway: Gateway,
  {
    topology,
    circuits,
    networks,
    customers,
  }: {
    topology: Topology
    circuits: readonly Circuit[]
    networks: readonly Network[]
    customers: ReadonlyMap<string, string>
  },
): GatewayFacts {
  const { id, kind, sku, connections } = gateway
  const config = topology.gateways.find(({ resource }) => resource.id === id)?.config
  // the connections of a hub's gateway stand in the gateway, and are listed with the circuits
  const byCircuits = circuits.filter((circuit) => circuit.connections.some(({ gatewayId }) => gatewayId === id))
  const toCircuits = connections.filter(({ type }) => type?.toLowerCase() === 'expressroute')
  const circuitIds = [...new Set([...toCircuits.map(({ circuitId }) => circuitId), ...byCircuits.map((one) => one.id)])]
  const inHub = config?.hubConnections.some(({ circuitKey }) => circuitKey === null || !topology.byKey.has(circuitKey))
  const locations = byCircuits.flatMap(({ peeringLocation }) => peeringLocation ?? [])
  return {
    ...gateway,
    customer: customers.get(id) ?? null,
    limits:
      kind === 'expressRoute' || kind === 'vpn'
        ? gatewayLimits({
            kind,
            sku: sku.name,
            units: sku.capacity,
            connections: connections.length,
            locations,
            prefixes: null,
          })
        : [],
    networkId: networks.find(({ gatewayIds }) => gatewayIds.includes(id))?.id ?? null,
    circuitIds: kind === 'vwan' && inHub ? [...circuitIds, null] : circuitIds,
  }
}
