import { DEFAULT_ROUTES } from '#lib/bgp/index.ts'
import {
  normalizeArmId,
  armTypes,
  circuitPaths,
  MAX_DAYS_SINCE_DRILL,
  type EpochMs,
  type EventKind,
  isConnectionPossiblyIneffective,
} from '#lib/contract/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import type { ResilienceEndpointResponse } from '../api/index.ts'
import type { GatewayToEncode } from '#lib/gateways/api/index.ts'
import type { NetworkToEncode } from '#lib/networks/api/index.ts'
import { type DetectionSettings, isFreshnessUsable, detectPeerFamily, findPrefixLimit } from '#lib/detection/index.ts'
import {
  readActivityAround,
  type BusiestRate,
  readBusiestRates,
  readConfigChanges,
  listEvents,
  readOpenEvents,
  readCurrentDeclarations,
  readRoutesAtMoment,
  readCoveringRoutes,
  type SourceStatus,
  type StoredEvent,
  getSharedIds,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type CircuitFacts, type GatewayFacts, isPrivateAddress, type PostureFacts } from '../rules/index.ts'
import { compareCircuitLimits, findFastPathLimit } from '#lib/circuits/rules/index.ts'
import { computeExplanationBounds, findActivityEntryExplainingChange } from '#lib/incidents/answers/index.ts'
import {
  readCircuits,
  readCustomersByResource,
  type FastPathRouteCounts,
  readFastPathRoutes,
} from '#lib/circuits/answers/index.ts'
import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'

import { getDrills } from './drills.ts'
import {
  judgePollFreshness,
  readSources,
  readThresholdsInForce,
  readTopology,
  type EstateTopology,
  formatIso,
  findUnpolledTimesByResource,
} from '#lib/questions/index.ts'
import {
  buildGatewayLoad,
  compareLimitsOfGateway,
  GATEWAY_LOAD_METRICS,
  describeGatewayUserVpn,
  USER_VPN_METRICS,
  describeScaleUnits,
  readGatewayNetworks,
  readGatewayRouteTables,
  readGateways,
  readHubsWithStates,
} from '#lib/gateways/answers/index.ts'

import { readRecentMetrics, readBgpSessionsWithVerdicts } from '#lib/sessions/answers/index.ts'
import { readGatewaySubnets, readNetworks } from '#lib/networks/answers/index.ts'
import { createMetroOfferFinder, createPublicAddressFinder, readRemoteAsns } from './posture-inventory.ts'

import { readAnnouncedPrefixes } from './announced-prefixes.ts'
import { readFailoverEffects } from './single-losses/answers.ts'

/** Length of the time before now, in milliseconds, whose losses of paths and circuits the resilience checks use. */
const LOSSES_MS = MAX_DAYS_SINCE_DRILL * MS_PER_DAY
const MAX_LOSSES = 1_000
const losses: readonly EventKind[] = ['path_down', 'circuit_down']
const LOAD_MS = 7 * MS_PER_DAY
/**
 * Minimum measured share (0 to 1). It applies to the last 7 days in which the busiest hour is searched, and to each
 * hour.
 */
const MIN_COVERED = 0.8
const CHANGES_MS = 30 * MS_PER_DAY
const MAX_CHANGES = 200
const MAX_DEFAULTS = 1_000

/** Reads the facts for the resilience checks, for all resources that the caller may see. */
export async function readPostureFacts(q: SqlExecutor, now: EpochMs): Promise<PostureFacts> {
  const topology = await readTopology(q)
  const { sessions } = await readBgpSessionsWithVerdicts(q, undefined, now, { estate: topology })
  const { circuits } = await readCircuits(q, topology, undefined, now, sessions)
  const { gateways } = await readGateways(q, topology, undefined, now, sessions)
  const networks = await readNetworks(q, now)
  const customers = await readCustomersByResource(q)
  const sources = await readSources(q)
  const ofCircuits = await readCircuitFacts(q, circuits, { topology, customers, sources, now })
  const ofGateways = await readGatewayFacts(q, gateways, { topology, circuits, networks, customers, sources, now })
  const subnets = await readGatewaySubnets(q)
  const { sites } = await readCurrentDeclarations(q)
  return {
    circuits: ofCircuits,
    gateways: ofGateways,
    networks: networks.map((network) => ({ ...network, gatewaySubnet: subnets.get(network.id) ?? null })),
    lags: [...topology.ports].flatMap(([key, port]) => {
      const resource = port.kind === 'lag' ? topology.byKey.get(key) : undefined
      return resource ? [{ ...resource, ...port }] : []
    }),
    wanHubs: (await readHubsWithStates(q, now)).hubs.filter(({ kind }) => kind === 'hub'),
    remoteAsns: await readRemoteAsns(q, topology),
    tunnelsAll: sites.some(({ prefixes }) => prefixes.some((prefix) => DEFAULT_ROUTES.has(prefix))),
  }
}

interface Read {
  customers: ReadonlyMap<string, string>
  sources: readonly SourceStatus[]
  now: EpochMs
}

async function readCircuitFacts(
  q: SqlExecutor,
  circuits: readonly StoredCircuit[],
  { topology, customers, sources, now }: Read & { topology: EstateTopology },
): Promise<CircuitFacts[]> {
  const counted = await readFastPathRoutes(q, topology, now)
  const settings = await readThresholdsInForce(q)
  const past = await listEvents(q, { kinds: losses, from: now - LOSSES_MS, to: now, limit: MAX_LOSSES })
  const unseen = await findUnpolledTimesByResource(q, { from: now - LOSSES_MS, to: now }, 'summary', sources)
  const lossesOf = Map.groupBy(past.rows, ({ scope }) => scope)
  const open = Map.groupBy(
    [
      ...(await readOpenEvents(q, { kind: 'parity_mismatch' })),
      ...(await readOpenEvents(q, { kind: 'n1_capacity_risk' })),
    ],
    ({ scope }) => scope,
  )
  const changes = await providerChanges(q, now)
  const { data: drills } = await getDrills(q, {}, now)
  const announced = await readAnnouncedPrefixes(q, now)
  const computed = await readFailoverEffects(q)
  const isLogged = (circuit: StoredCircuit) =>
    sources.some(
      ({ resourceId, poll }) =>
        poll.kind === 'activity' &&
        normalizeArmId(resourceId) === normalizeArmId(`/subscriptions/${circuit.subscriptionId}`) &&
        isFreshnessUsable(judgePollFreshness(poll, now)),
    )
  const metroOffered = await createMetroOfferFinder(q)
  const busiest = await readBusiestRates(q, { from: now - LOAD_MS, to: now, leastMs: MIN_COVERED * MS_PER_HOUR })
  return circuits.map((circuit) => {
    const own = changes.get(circuit.id) ?? []
    return {
      ...circuit,
      customer: customers.get(circuit.id) ?? null,
      metroOffered: metroOffered(circuit),
      ...getCircuitLimits(circuit, settings),
      observedDays: observedDaysOf(unseen.get(circuit.id)),
      losses: lossesIn(lossesOf.get(circuit.id) ?? []),
      lastDrill: lastDrillOf(circuit.id, drills, now),
      announced: announced.get(circuit.id) ?? null,
      move: computed?.moves.get(circuit.id) ?? null,
      fastPath: fastPathOf(circuit, counted.get(circuit.id)),
      tablesRead: tablesRead(circuit, sources, now),
      open: (open.get(circuit.id) ?? []).map(({ kind, subject, evidence }) => ({
        kind: kind as 'parity_mismatch' | 'n1_capacity_risk',
        subject,
        reason: `${kind === 'parity_mismatch' ? 'The paths differ' : 'Both paths carry more than one of them could'}: ${evidence
          .map(({ after }) => String(after))
          .join(', ')}.`,
      })),
      busiestHour: busiestHour(busiest.get(circuit.id)),
      // If the Activity Log was not read, it is unknown which user caused a change of the provider's state.
      providerChanges: own.length === 0 || isLogged(circuit) ? own : null,
    }
  })
}

/**
 * Returns the number of whole days on which the paths of a circuit were polled.
 * @param unseen times in the last {@link LOSSES_MS} in which no path was polled; undefined = the circuit was never
 *   polled
 */
function observedDaysOf(unseen: readonly TimeInterval[] | undefined): number {
  if (!unseen) return 0
  return Math.floor((LOSSES_MS - unseen.reduce((sum, { from, to }) => sum + to - from, 0)) / MS_PER_DAY)
}

/** Returns Azure's limits for a circuit with this tier and bandwidth. */
export const getCircuitLimits = (
  circuit: StoredCircuit,
  settings: DetectionSettings,
): Pick<CircuitFacts, 'prefixLimits' | 'limits'> => ({
  prefixLimits: prefixLimits(circuit, settings),
  limits: compareCircuitLimits({
    tier: circuit.sku.tier,
    bandwidthMbps: circuit.bandwidthMbps,
    networks: circuit.connections.length,
    circuits: circuit.globalReachConnections.length,
  }),
})

/**
 * Returns Azure's limits for a gateway with this SKU.
 * @param linked circuits to which the gateway is connected
 */
export const getGatewayLimits = (
  gateway: Parameters<typeof compareLimitsOfGateway>[0],
  linked: readonly Pick<StoredCircuit, 'peeringLocation'>[],
): GatewayFacts['limits'] =>
  compareLimitsOfGateway(gateway, { locations: linked.flatMap(({ peeringLocation }) => peeringLocation ?? []) })

/**
 * Returns the latest drill of a circuit that has a result.
 * @param drills drills, newest first
 */
function lastDrillOf(
  circuit: string,
  drills: ResilienceEndpointResponse<'drills'>['data'],
  now: EpochMs,
): CircuitFacts['lastDrill'] {
  for (const { scopes, title, to, verdict } of drills) {
    const isHeld = verdict === 'pass' || verdict === 'fail' || verdict === 'unknown'
    if (!isHeld || !scopes.includes(circuit)) continue
    return { title, at: formatIso(to), daysAgo: Math.floor((now - to) / MS_PER_DAY), verdict }
  }
  return null
}

function fastPathOf(
  { connections }: StoredCircuit,
  counted: FastPathRouteCounts | undefined,
): CircuitFacts['fastPath'] {
  if (!counted || !connections.some(({ fastPath }) => fastPath)) return null
  const { routes, metered, metric } = counted
  return { limit: findFastPathLimit(counted), routes, metered, metric }
}

function prefixLimits({ sku, peerings }: StoredCircuit, settings: DetectionSettings): CircuitFacts['prefixLimits'] {
  const isPremium = sku.tier?.toLowerCase() === 'premium'
  const familyOf = ({ paths: [path] }: StoredCircuit['peerings'][number]) =>
    detectPeerFamily(path?.customerAddress ?? null)
  return new Map(peerings.map((one) => [one.name, findPrefixLimit(one.name, isPremium, settings, familyOf(one))]))
}

const lossesIn = (events: readonly StoredEvent[]): CircuitFacts['losses'] =>
  events
    .map(({ started, forwardingLoss }) => ({
      at: formatIso(started.latest),
      mechanism: forwardingLoss?.mechanism?.named ?? null,
    }))
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))

function tablesRead(
  { id, peerings }: StoredCircuit,
  sources: readonly SourceStatus[],
  now: EpochMs,
): ReadonlySet<string> {
  const good = new Set(
    sources
      .filter(
        ({ scope, poll }) => scope === id && poll.kind === 'tables' && isFreshnessUsable(judgePollFreshness(poll, now)),
      )
      .map(({ subresource }) => subresource),
  )
  return new Set(
    peerings.map(({ name }) => name).filter((name) => circuitPaths.every((path) => good.has(`${name}/${path}`))),
  )
}

/** Returns the busiest hour of a circuit; null if too little of the last 7 days was measured. */
function busiestHour(hour: BusiestRate | undefined): CircuitFacts['busiestHour'] {
  const coveredShare = (hour?.coveredMs ?? 0) / LOAD_MS
  if (!hour || coveredShare < MIN_COVERED) return null
  return { bitsPerSecond: hour.bitsPerSecond ?? 0, coveredShare: Math.min(1, coveredShare) }
}

/** Returns changes of the provider's provisioning state, by short id of the circuit, newest first. */
async function providerChanges(
  q: SqlExecutor,
  now: EpochMs,
): Promise<Map<string, NonNullable<CircuitFacts['providerChanges']>[number][]>> {
  const { rows } = await readConfigChanges(q, {
    type: armTypes.circuit,
    from: now - CHANGES_MS,
    to: now,
    limit: MAX_CHANGES,
  })
  const ofProvider = rows.flatMap((row) => {
    const field = row.fields.find(({ path }) => path.endsWith('/serviceProviderProvisioningState'))
    return row.op === 'changed' && field ? [{ row, field }] : []
  })
  const around = await readActivityAround(
    q,
    ofProvider.map(({ row: { resourceId, between } }) => ({ resourceId, within: computeExplanationBounds(between) })),
  )
  const changes = ofProvider.map(({ row, field }, n) => {
    const entry = findActivityEntryExplainingChange(row, around[n] ?? [])
    return {
      scope: row.scope,
      at: formatIso(row.between.latest),
      before: String(field.before),
      after: String(field.after),
      by: entry && (entry.caller ?? entry.operation),
    }
  })
  return Map.groupBy(changes, ({ scope }) => scope)
}

async function readGatewayFacts(
  q: SqlExecutor,
  gateways: readonly GatewayToEncode[],
  {
    topology,
    circuits,
    networks,
    customers,
    sources,
    now,
  }: Read & { topology: EstateTopology; circuits: readonly StoredCircuit[]; networks: readonly NetworkToEncode[] },
): Promise<GatewayFacts[]> {
  const tables = await readGatewayRouteTables(q, await readGatewayNetworks(q, null, undefined))
  const names = [...GATEWAY_LOAD_METRICS, ...USER_VPN_METRICS]
  const metrics = Map.groupBy(await readRecentMetrics(q, undefined, names, now), ({ scope }) => scope)
  const isRead = new Set(
    sources
      .filter(({ poll }) => poll.kind === 'learned' && isFreshnessUsable(judgePollFreshness(poll, now)))
      .map(({ scope }) => scope),
  )
  const shared = getSharedIds(q)
  const addressesOf = await createPublicAddressFinder(q)
  const defaults = await learnedDefaults(q)
  const onCircuits = new Set(gateways.filter(({ kind }) => kind === 'expressRoute').map(({ id }) => id))
  const coveringDevice = await routesToDevices(q, gateways, new Set([...onCircuits].filter((id) => isRead.has(id))))
  return gateways.map((gateway) => {
    const { id, kind, connections } = gateway
    const config = topology.gateways.find(({ resource }) => resource.id === id)?.config
    const scaleUnits = config ? describeScaleUnits(config, metrics.get(id) ?? []) : null
    const userVpn = describeGatewayUserVpn(config, metrics.get(id) ?? [])
    // The connections of a hub's gateway are not resources, so `connections` does not contain them. The circuits of
    // such a gateway are found by the connections that belong to the circuits.
    const linked = circuits.filter((circuit) => circuit.connections.some(({ gatewayId }) => gatewayId === id))
    const toCircuits = connections.filter(({ type }) => type?.toLowerCase() === 'expressroute')
    const all = [...new Set([...toCircuits.map(({ circuitId }) => circuitId), ...linked.map((one) => one.id)])]
    const inHub = (config?.hubConnections ?? []).map((connection) => ({
      ...connection,
      circuitId: topology.byKey.get(connection.circuitKey ?? '')?.id ?? null,
    }))
    const [doubtful, applied] = [true, false].map(
      (isDoubtful) =>
        new Set(
          [...toCircuits, ...inHub]
            .filter((one) => isConnectionPossiblyIneffective(one) === isDoubtful)
            .map(({ circuitId }) => circuitId),
        ),
    )
    const circuitIds = all.map((circuit) => (doubtful?.has(circuit) && !applied?.has(circuit) ? null : circuit))
    // A connection to a VPN site has no circuit. It is ignored here, because it does not mean that a circuit is
    // unknown.
    const isUnread = config?.hubConnections.some(
      ({ circuitKey, site }) => site === null && (circuitKey === null || !topology.byKey.has(circuitKey)),
    )
    return {
      ...gateway,
      customer: customers.get(id) ?? null,
      isShared: shared.has(id),
      limits: getGatewayLimits({ ...gateway, scaleUnits, userVpn }, linked),
      scaleUnits,
      userVpn,
      load: buildGatewayLoad(metrics.get(id) ?? [], { ...gateway, scaleUnits }),
      networkId: networks.find(({ gatewayIds }) => gatewayIds.includes(id))?.id ?? null,
      circuitIds: kind === 'vwan' && isUnread ? [...circuitIds, null] : circuitIds,
      publicAddresses: addressesOf(config?.publicAddressKeys ?? []),
      routeMaps: config?.routeMaps ?? [],
      userRoutes: tables.find((one) => one.gateway.id === id)?.table ?? null,
      defaultFrom: isRead.has(id) ? (defaults.get(id) ?? []) : null,
      coveringDevice,
    }
  })
}

/** Returns the neighbors from which each gateway learns a default route, by short id of the gateway. */
async function learnedDefaults(q: SqlExecutor): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>()
  for (const prefix of DEFAULT_ROUTES) {
    const { rows } = await readRoutesAtMoment(q, { at: null, kinds: ['learned'], prefix, limit: MAX_DEFAULTS })
    for (const { scope, peer } of rows) {
      const known = found.get(scope) ?? []
      if (peer !== null && !known.includes(peer)) found.set(scope, [...known, peer])
    }
  }
  return found
}

/**
 * Returns for each private address of a VPN device the prefix that contains it in the routes that an ExpressRoute
 * gateway learned; '' = there is none. The result is empty if the tables of the gateways were not read.
 */
async function routesToDevices(
  q: SqlExecutor,
  gateways: readonly GatewayToEncode[],
  read: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const addresses = new Set(
    gateways.flatMap(({ connections }) => connections.flatMap(({ device }) => device?.address ?? [])),
  )
  const covering = new Map<string, string>()
  if (read.size === 0) return covering
  for (const address of addresses) {
    if (!isPrivateAddress(address)) continue
    const routes = await readCoveringRoutes(q, { address, at: null, kinds: ['learned'] })
    covering.set(address, routes.find(({ scope }) => read.has(scope))?.prefix ?? '')
  }
  return covering
}
