import { circuitPaths, type EpochMs, type PollRecord } from '#lib/contract/index.ts'
import { selectBestRoutes } from '../model/best-routes.ts'
import { hasSeveralOwners } from '../model/event-owner.ts'
import { isLearnedFromExternalNeighbor, type GatewayRouteTableRow } from '../model/route.ts'
import {
  type CircuitNode,
  getPartCountedBySource,
  type NeighborPathMapping,
  type GroupTopology,
} from '../model/topology.ts'
import type { CircuitTrafficState } from '../model/traffic.ts'
import type { TrafficBaseline } from '../model/traffic-baseline.ts'
import type { BestPathUseByPath } from '../model/traffic-state.ts'
import { listGatewayIds, type GroupPollEvaluationInput } from './group-poll.ts'
import {
  type DetectionReadResults,
  type RequestDetectionRead,
  runReadPlanRound,
  type DetectionReadPlan,
} from './read.ts'

/** Time in ms before now for which the prefixes of a circuit are read, including withdrawn prefixes. */
const MAX_AGE_MS = 24 * 60 * 60_000
/** Maximum number of prefixes of a path that are looked up, as a sample of all its prefixes. */
const ASKED_PREFIXES = 500
/**
 * Time in ms for which the result of a lookup of the paths in use is kept. Afterwards the lookup is repeated, because
 * more neighbors may have been mapped to paths.
 */
const IN_USE_KEPT_MS = 10 * 60_000

/**
 * Returns the usual traffic of a circuit, for the evaluation of its counters; null = the poll does not report traffic
 * of a circuit.
 */
export function planBaselineReads(
  mark: PollRecord,
  topology: GroupTopology,
  answers: DetectionReadResults,
): DetectionReadPlan<TrafficBaseline | null> {
  return runReadPlanRound(answers, (ask) => {
    const circuit = topology.circuits.find(({ scope }) => scope === mark.scope)
    if (!circuit || (mark.kind !== 'stats' && mark.kind !== 'metrics')) return null
    const past = ask({ kind: 'trafficPast', scope: mark.scope, peering: mark.subresource, at: mark.startedAt })
    return past && { ...past, bandwidthBps: circuit.bandwidthBps }
  })
}

/**
 * Returns the traffic that a poll reports for a circuit's main peering, or for a VPN connection; null if the poll
 * reports another peering, or all peerings together.
 */
export function getMainPeeringTraffic({
  topology,
  mark,
  signals,
}: GroupPollEvaluationInput): CircuitTrafficState | null {
  const circuit = topology.circuits.find(({ scope }) => scope === mark.scope)
  if (getPartCountedBySource(circuit, mark.subresource) !== 'own') return null
  return signals.find((signal) => signal.type === 'traffic')?.fact ?? null
}

/**
 * Returns, for each path of some circuits, whether it is the best path to any prefix; undefined = not read yet.
 * Included is every circuit that has no traffic in at least one direction, on one path or on both together. The lookup
 * is repeated after 10 minutes, or if routes have changed since.
 */
export function findPathsInUse(
  poll: GroupPollEvaluationInput,
  ask: RequestDetectionRead,
): Record<string, BestPathUseByPath> | undefined {
  const { topology, mark, state } = poll
  const reported = getMainPeeringTraffic(poll)
  const changedAt = routesChangedAt(poll)
  const flat = topology.circuits.filter(({ scope }) => {
    const traffic = state[scope]?.traffic ?? null
    const isKnown = isKept(traffic?.inUseAt, changedAt, mark.finishedAt)
    return !isKnown && hasFlatMeter(mark.scope === scope && reported ? reported : (traffic?.fact ?? null))
  })
  if (flat.length === 0) return {}
  const carried = carriedBy(topology, flat, mark.finishedAt, ask)
  if (!carried) return undefined
  const paths = flat.flatMap(({ scope }) =>
    circuitPaths.flatMap((path) => {
      const peers = topology.mappings.filter((one) => one.circuit === scope && one.path === path)
      return peers.length > 0 ? [{ scope, path, isInUse: isInUse(topology, peers, carried, ask) }] : []
    }),
  )
  if (paths.some((one) => one.isInUse === undefined)) return undefined
  return Object.fromEntries(
    flat.map(({ scope }): [string, BestPathUseByPath] => [
      scope,
      Object.fromEntries(paths.filter((one) => one.scope === scope).map(({ path, isInUse: is }) => [path, is])),
    ]),
  )
}

/**
 * Reports whether one of these neighbors is the best path to any prefix that it recently announced; undefined = not
 * read yet.
 */
function isInUse(
  topology: GroupTopology,
  peers: readonly NeighborPathMapping[],
  carried: Carried,
  ask: RequestDetectionRead,
): boolean | undefined {
  const prefixes = [...new Set(peers.flatMap(carried))].slice(0, ASKED_PREFIXES)
  if (prefixes.length === 0) return false
  const found = ask({ kind: 'routesTo', gateways: listGatewayIds(topology), prefixes })
  if (!found) return undefined
  const byPrefix = Map.groupBy(found.entries.filter(isLearnedFromExternalNeighbor), ({ prefix }) => prefix)
  const isPeer = (entry: GatewayRouteTableRow) =>
    peers.some(({ gateway, neighbor }) => entry.gateway === gateway && entry.peer === neighbor)
  return [...byPrefix.values()].some((own) => selectBestRoutes(own, topology).some(isPeer))
}

function isKept(lookedUpAt: EpochMs | undefined, changedAt: EpochMs, now: EpochMs): boolean {
  return lookedUpAt !== undefined && lookedUpAt >= changedAt && now - lookedUpAt < IN_USE_KEPT_MS
}

/** Returns the end of the last poll that changed any route of the group's gateways, including this poll. */
function routesChangedAt({ topology, mark, signals, state }: GroupPollEvaluationInput): EpochMs {
  const now = signals.some(({ type }) => type === 'routes') ? mark.finishedAt : 0
  return Math.max(now, ...listGatewayIds(topology).map((scope) => state[scope]?.routesChangedAt ?? 0))
}

/** Meters of a circuit. The sum of both paths may be flat before each path is. */
const METERS = [...circuitPaths, 'sum'] as const

const hasFlatMeter = (fact: CircuitTrafficState | null) =>
  fact !== null && METERS.some((meter) => fact.meters[meter]?.in.isFlat || fact.meters[meter]?.out.isFlat)

/**
 * Returns the topology with `backedUp` set for each circuit if a session fell, otherwise the unchanged topology.
 * `backedUp` tells whether other circuits could carry the circuit's prefixes, and is needed only after a fall.
 * Undefined = not read yet.
 */
export function addBackupPaths(
  { signals, mark }: GroupPollEvaluationInput,
  topology: GroupTopology,
  ask: RequestDetectionRead,
): GroupTopology | undefined {
  const fell = signals.some(
    (signal) => signal.type === 'session' && (signal.level === 'down' || signal.level === 'gone'),
  )
  if (!fell || topology.circuits.length === 0) return topology
  const carried = carriedBy(topology, topology.circuits, mark.finishedAt, ask)
  if (!carried) return undefined
  const circuits = topology.circuits.map((circuit) => {
    const peers = topology.mappings.filter((one) => one.circuit === circuit.scope)
    const prefixes = [...new Set(peers.flatMap(carried))]
    return { circuit, backedUp: isBackedUp(topology, circuit, prefixes, ask) }
  })
  const known = circuits.flatMap(({ circuit, backedUp }) => (backedUp === undefined ? [] : [{ ...circuit, backedUp }]))
  return known.length < circuits.length ? undefined : { ...topology, circuits: known }
}

function isBackedUp(
  topology: GroupTopology,
  circuit: CircuitNode,
  prefixes: readonly string[],
  ask: RequestDetectionRead,
): boolean | null | undefined {
  if (prefixes.length === 0) return null
  const found = ask({ kind: 'routesTo', gateways: listGatewayIds(topology), prefixes })
  if (!found) return undefined
  const isOwn = ({ gateway, peer }: GatewayRouteTableRow) =>
    topology.mappings.some((one) => one.circuit === circuit.scope && one.gateway === gateway && one.neighbor === peer)
  // A path of another customer does not count as a backup.
  const isAnothers = ({ gateway, peer }: GatewayRouteTableRow) =>
    topology.mappings.some(
      (one) =>
        one.gateway === gateway && one.neighbor === peer && hasSeveralOwners(topology, [circuit.scope, one.circuit]),
    )
  const others = new Set(
    found.entries
      .filter((entry) => isLearnedFromExternalNeighbor(entry) && !isOwn(entry) && !isAnothers(entry))
      .map(({ prefix }) => prefix),
  )
  return prefixes.every((prefix) => others.has(prefix) || found.covered.includes(prefix))
}

/** A function that returns the prefixes that a neighbor recently announced, including withdrawn prefixes. */
type Carried = (neighbor: Pick<NeighborPathMapping, 'gateway' | 'neighbor'>) => string[]

/**
 * Returns a function that gives the prefixes that each neighbor of some circuits recently announced to its gateway;
 * undefined = not read yet.
 */
function carriedBy(
  { mappings }: GroupTopology,
  circuits: readonly CircuitNode[],
  now: EpochMs,
  ask: RequestDetectionRead,
): Carried | undefined {
  const own = mappings.filter(({ circuit }) => circuits.some(({ scope }) => scope === circuit))
  const scopes = [...new Set(own.map(({ gateway }) => gateway))]
  if (scopes.length === 0) return () => []
  const reported = ask({ kind: 'reportedRoutes', scopes, since: now - MAX_AGE_MS })
  if (!reported) return undefined
  const byPeer = Map.groupBy(
    reported.filter(({ kind }) => kind === 'learned'),
    ({ scope, peer }) => `${scope} ${peer}`,
  )
  return ({ gateway, neighbor }) => (byPeer.get(`${gateway} ${neighbor}`) ?? []).map(({ prefix }) => prefix)
}
