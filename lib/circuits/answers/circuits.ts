import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { listDisplayedSettings } from '#lib/azure/config/index.ts'
import { judgeCircuitResiliency } from '#lib/contract/facts/resiliency.ts'
import {
  armTypes,
  buildHubConnectionId,
  type CircuitConfig,
  circuitPaths,
  type DeclaredCircuit,
  type EpochMs,
  hasGlobalReach,
  findMainPeering,
  getDirectKind,
  type ListParameters,
  type PollKind,
  formatProvisioningNote,
  normalizeArmId,
  parseArmId,
  getRoutingWeight,
} from '#lib/contract/index.ts'
import type { StoredCircuit, StoredCircuitPath, CircuitsEndpointResponse } from '../api/index.ts'
import type { StoredSession } from '#lib/sessions/api/index.ts'
import { listArpEntries, readEmptyArpTables } from '../store/index.ts'
import {
  type AzureConnectionState,
  readConnectionsAtMoment,
  readLatestCounters,
  readOpenEvents,
  readCurrentDeclarations,
  readSessionsAtMoment,
  computeShortId,
  type SourceStatus,
  readCurrentTunnels,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { compareCircuitLimits, compareFastPathLimit, compareSubscriptionLimits } from '../rules/index.ts'
import { type CircuitPathInputs, describeCircuitPath } from './circuit-paths.ts'
import { readGlobalReachTraffic, addConnectionTraffic } from '#lib/usage/answers/index.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  NotFoundError,
  type CircuitResource,
  listCircuitConnections,
  findCircuitLocation,
  listCircuitHubConnections,
  type EstateTopology,
  readTopology,
  buildFreshnessFields,
  isPollRefused,
  findSupportingPolls,
  readSources,
  pickPageOfList,
  removeUnprovenSessionFalls,
  resolveResource,
} from '#lib/questions/index.ts'

import { readFastPathRoutes } from './fast-path-routes.ts'
import { addPeeringDetails } from './headroom.ts'
import { findOverlapsOfCircuit } from '#lib/networks/answers/index.ts'
import {
  buildApiPeering,
  judgePeeringRedundancy,
  readRouteFilters,
  readRecentMetrics,
} from '#lib/sessions/answers/index.ts'

import { readCachedImpairments, SESSION_DOWN_IMPAIRMENT } from '#lib/incidents/answers/index.ts'
import { findUnobservedTimes } from '#lib/questions/event-sources.ts'
import { listGlobalReachConnections } from './global-reach.ts'
import { findCircuitsDownAtAllGateways } from './circuits-down-at-all-gateways.ts'
import { readQosDrops } from './qos-drops.ts'

/** Kinds of polls from which the state of a circuit is derived. */
export const CIRCUIT_STATE_POLL_KINDS: readonly PollKind[] = ['summary', 'arp', 'stats']

/** Returns circuits with both paths, ordered by name. */
export async function listCircuits(
  db: ReadableDatabase,
  parameters: ListParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<CircuitsEndpointResponse<'circuits'>> {
  const q = getSqlExecutor(db)
  const { circuits, sources } = await readCircuits(q, await readTopology(q), undefined, now)
  const { rows, nextCursor } = pickPageOfList(circuits, ({ name, id }) => JSON.stringify([name, id]), parameters)
  return {
    data: rows,
    ...buildFreshnessFields(findSupportingPolls(sources, CIRCUIT_STATE_POLL_KINDS, now), now),
    nextCursor,
  }
}

/**
 * Returns one circuit by short ID or ARM ID, with its limits, settings and traffic.
 * @throws NotFoundError if the ID does not belong to a current circuit
 */
export async function getCircuit(
  db: ReadableDatabase,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<CircuitsEndpointResponse<'circuit'>> {
  const q = getSqlExecutor(db)
  const resource = await resolveResource(q, id)
  const topology = await readTopology(q)
  const { circuits, sources } = await readCircuits(q, topology, resource.id, now)
  const [circuit] = circuits
  if (!circuit) {
    throw new NotFoundError(
      `${resource.name} is no ExpressRoute circuit that exists now: take an id from /api/v1/circuits`,
    )
  }
  const declared = (await declaredCircuits(q)).get(circuit.id)
  const peerings = await addPeeringDetails(q, circuit, declared?.natPools ?? [], now)
  const own = peerings.find(
    ({ name }) => name === findMainPeering(circuit.peerings.map(({ name }) => ({ name })))?.name,
  )
  const connections = await addConnectionTraffic(q, circuit.connections, now)
  const reaches = circuit.globalReachConnections.length > 0
  const globalReachTraffic = reaches ? await readGlobalReachTraffic(q, circuit.id, now) : null
  const counted = circuit.connections.some(({ fastPath }) => fastPath)
    ? (await readFastPathRoutes(q, topology, now)).get(circuit.id)
    : undefined
  const limits = compareCircuitLimits({
    tier: circuit.sku.tier,
    bandwidthMbps: circuit.bandwidthMbps,
    networks: circuit.connections.length,
    circuits: circuit.globalReachConnections.length,
  })
  const known = topology.circuits.map(({ resource: one }) => one)
  const resourceNow = known.find(({ id: one }) => one === circuit.id)
  const shared = resourceNow ? compareSubscriptionLimits(resourceNow, known) : []
  const data = {
    ...circuit,
    settings: listDisplayedSettings(armTypes.circuit, resourceNow?.config),
    connections,
    globalReachTraffic,
    peerings,
    paths: own?.paths ?? circuit.paths,
    limits: [...limits, ...(counted ? compareFastPathLimit(counted) : []), ...shared],
    overlaps: await findOverlapsOfCircuit(q, topology, circuit.id),
    qosDrops: await readQosDrops(q, circuit.id, now),
  }
  return { data, ...buildFreshnessFields(findSupportingPolls(sources, CIRCUIT_STATE_POLL_KINDS, now), now) }
}

/**
 * Reads all circuits, or the circuit in `scope`, and determines their states.
 * @param sessions sessions of all gateways, if the caller has already read them
 */
export async function readCircuits(
  q: SqlExecutor,
  estate: EstateTopology,
  scope: string | undefined,
  now: EpochMs,
  sessions?: readonly StoredSession[],
): Promise<{ circuits: StoredCircuit[]; sources: SourceStatus[] }> {
  const factsOf = await readFacts(q, scope, now)
  const wanted = estate.circuits.filter(({ resource }) => scope === undefined || resource.id === scope)
  const judged = wanted.map((circuit) => {
    const facts = factsOf(circuit.resource.id)
    return {
      circuit,
      facts,
      paths: circuitPaths.map((path) => describeCircuitPath(circuit, path, facts)),
      peerings: circuit.config.peerings.map((peering) => ({
        peering,
        paths: circuitPaths.map((path) => describeCircuitPath({ ...circuit, peering }, path, facts)),
      })),
    }
  })
  const unsure = judged.filter(({ paths }) => paths.some(({ state }) => state === 'unknown'))
  const lost = await findCircuitsDownAtAllGateways(
    q,
    estate,
    unsure.map(({ circuit }) => circuit.resource),
    now,
    sessions,
  )
  const reported = new Map((await readConnectionsAtMoment(q, {})).map(({ scope: id, live }) => [id, live] as const))
  const filters = await readRouteFilters(q, wanted)
  const declared = await declaredCircuits(q)
  const impaired = await readCachedImpairments(q)
  const reach = byScope(
    wanted.some(({ config }) => hasGlobalReach(config)) ? await readCurrentTunnels(q, { scope }) : [],
  )
  return {
    circuits: judged.map(({ circuit, facts: { sources }, paths, peerings }) => {
      const { resource, config, peering } = circuit
      const declaration = declared.get(resource.id)
      const isLost = lost.has(resource.id)
      const ends = findCircuitLocation(circuit, estate)
      return {
        ...resource,
        ...config,
        port: portOf(config, estate),
        provisioningNote: formatProvisioningNote(config, config.provisioning.provider),
        peeringLocation: ends.peeringLocation,
        ...judgeCircuitResiliency(ends),
        peerings: peerings.map((one) => buildApiPeering(one, filters, one.peering.name === peering?.name && isLost)),
        ...connectivityOf(config, declaration),
        secondStag: declaration?.secondStag ?? null,
        classes: declaration?.classes ?? [],
        ...judgePeeringRedundancy(paths, peering !== null, isLost),
        paths,
        connections: connectionsIn(estate, resource, reported),
        impaired: impaired.get(resource.id) ?? (paths.some(isHalf) ? SESSION_DOWN_IMPAIRMENT : null),
        globalReachConnections: listGlobalReachConnections(config, estate, {
          now,
          sources,
          states: reach.get(resource.id) ?? [],
        }),
      }
    }),
    sources: judged.flatMap(({ facts }) => facts.sources),
  }
}

/** Returns the ExpressRoute Direct port or LAG to which a circuit belongs; null = the circuit belongs to a provider. */
function portOf({ portId }: CircuitConfig, { byKey }: EstateTopology): StoredCircuit['port'] {
  const port = portId === null ? null : parseArmId(portId)
  if (portId === null || port === null) return null
  return { id: byKey.get(normalizeArmId(portId))?.id ?? null, name: port.name, kind: getDirectKind(port.type) }
}

/**
 * Reports whether a path is up although its IPv6 session is down. This is possible because the state of a path depends
 * only on its IPv4 session.
 */
const isHalf = ({ state, bgpOverIpv6 }: StoredCircuitPath) => state === 'up' && bgpOverIpv6 === 'down'

/**
 * Reads the data about the paths of all circuits, or of the circuit in `scope`. The returned function returns the data
 * of one circuit.
 */
async function readFacts(
  q: SqlExecutor,
  scope: string | undefined,
  now: EpochMs,
): Promise<(circuitId: string) => CircuitPathInputs> {
  const sources = await readSources(q, scope)
  const isAnyRefused = sources.some((source) => isPollRefused(source, now))
  const lost = [
    ...(await readOpenEvents(q, { kind: 'path_down', scope })),
    ...(await readOpenEvents(q, { kind: 'circuit_down', scope })),
  ]
  const unseenOf = await findUnobservedTimes(q, lost, sources, now)
  const by = {
    sources: byScope(sources),
    sessions: byScope(await removeUnprovenSessionFalls(q, await readSessionsAtMoment(q, { scope }))),
    arp: byScope(await listArpEntries(q, { scope })),
    counters: byScope(await readLatestCounters(q, { scope })),
    dead: byScope(await readOpenEvents(q, { kind: 'green_but_dead', scope })),
    lost: byScope(lost),
    metrics: byScope(
      isAnyRefused ? await readRecentMetrics(q, scope, ['BgpAvailability', 'ArpAvailability'], now) : [],
    ),
  }
  const emptyArp = await readEmptyArpTables(q, { scope })
  return (id) => ({
    now,
    sources: by.sources.get(id) ?? [],
    sessions: by.sessions.get(id) ?? [],
    arp: by.arp.get(id) ?? [],
    counters: by.counters.get(id) ?? [],
    metrics: by.metrics.get(id) ?? [],
    dead: by.dead.get(id) ?? [],
    lost: by.lost.get(id) ?? [],
    unseenOf,
    emptyArp,
  })
}

function byScope<Row extends { scope: string }>(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ({ scope }) => scope)
}

/**
 * Returns the connections of a circuit. Connections to gateways in Virtual WAN hubs come last.
 * @param reported data of the latest poll by connection ID
 */
const connectionsIn = (
  estate: EstateTopology,
  { resourceId: circuit }: CircuitResource['resource'],
  reported: ReadonlyMap<string, AzureConnectionState>,
): StoredCircuit['connections'] => [
  ...listCircuitConnections(estate, circuit).map(({ resource: connection, config: link, gateway }) => ({
    ...connection,
    gatewayId: gateway?.id ?? null,
    gatewayName: gateway?.name ?? null,
    routingWeight: getRoutingWeight(link, reported.get(connection.id) ?? null),
    fastPath: reported.get(connection.id)?.fastPath ?? link.fastPath,
  })),
  ...listCircuitHubConnections(estate, circuit).map(({ gateway, connection }) => {
    const resourceId = buildHubConnectionId(gateway, connection.name)
    const ends = { gatewayId: gateway.id, gatewayName: gateway.name }
    return { id: computeShortId(resourceId), resourceId, ...ends, ...connection }
  }),
]

async function declaredCircuits(q: SqlExecutor): Promise<Map<string, DeclaredCircuit>> {
  return new Map((await readCurrentDeclarations(q)).circuits.map((one) => [one.circuit, one]))
}

/**
 * Returns the connectivity model of a circuit, for example a provider or ExpressRoute Direct. The model that an
 * operator declared is used first, otherwise the model that the data from ARM suggests.
 */
function connectivityOf(
  config: CircuitResource['config'],
  declared: DeclaredCircuit | undefined,
): Pick<StoredCircuit, 'connectivity' | 'connectivityBasis' | 'connectivityConfidence'> {
  const connectivity = declared?.connectivity ?? config.connectivity
  const connectivityBasis = declared?.connectivity ? 'declared' : config.connectivityBasis
  return { connectivity, connectivityBasis, connectivityConfidence: connectivityBasis && CONFIDENCE[connectivityBasis] }
}

/**
 * Confidence (0 to 1) in the connectivity model, by the source of the model. It is only 0.5 for `last_writer`: this
 * model is inferred from the account that last modified the peering, which may belong to the owner of the subscription
 * instead of the provider.
 */
const CONFIDENCE: Record<NonNullable<StoredCircuit['connectivityBasis']>, number> = {
  declared: 1,
  port: 1,
  last_writer: 0.5,
}
