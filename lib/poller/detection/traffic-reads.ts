import { circuitPaths, type EpochMs, type Observation, type PollMark } from '#lib/contract/index.ts'
import {
  bestRoutes,
  type CircuitNode,
  type GroupState,
  isExternal,
  type PathsInUse,
  type Signal,
  isTrafficMetric,
  type Topology,
  type TrafficBaseline,
  type TrafficFact,
  type RouteEntry,
} from '#lib/detection/index.ts'
import type { TopologyCache } from './topology-cache.ts'
import type { DetectionStore } from './store.ts'
import type { TopologyGroup } from './types.ts'

/** What a circuit carried that is lost now is read from so far back. */
const MAX_AGE_MS = 24 * 60 * 60_000
/** Of a path that carries more prefixes, the first ones speak for all. */
const ASKED_PREFIXES = 500

/** Whether a poll of metrics has bit rates in it: those of gateways have none. */
export const hasRates = (observation: Observation) =>
  observation.kind === 'metrics' && observation.rows.some(({ metric }) => isTrafficMetric(metric))

/** What the past says of a circuit's traffic; only for polls that report it. */
export async function baselineFor(
  store: DetectionStore,
  book: TopologyCache,
  mark: PollMark,
): Promise<{ baseline?: TrafficBaseline }> {
  if (mark.kind !== 'stats' && mark.kind !== 'metrics') return {}
  const { topology } = await book.groupOf(store, mark.scope, mark.finishedAt)
  const circuit = topology.circuits.find(({ scope }) => scope === mark.scope)
  if (!circuit) return {}
  const past = await book.trafficPast(store, mark.scope, mark.startedAt)
  return { baseline: { ...past, bandwidthBps: circuit.bandwidthBps } }
}

/** What was looked up is looked up again after so long: which neighbor is which path may be known better by then. */
const IN_USE_KEPT_MS = 10 * 60_000

/**
 * Which paths are a best path to anything, of every circuit with a path on which nothing moves in one direction at least; looked up
 * when routes have moved since the last time.
 */
export async function pathsInUse(
  store: DetectionStore,
  group: TopologyGroup,
  mark: PollMark,
  signals: readonly Signal[],
  known: GroupState,
): Promise<{ inUse?: Record<string, PathsInUse> }> {
  const reported = signals.find((signal) => signal.type === 'traffic')?.fact ?? null
  const moved = routesChangedAt(group, mark, signals, known)
  const flat = group.topology.circuits.filter(({ scope }) => {
    const traffic = known[scope]?.traffic ?? null
    const isKnown = isKept(traffic?.inUseAt, moved, mark.finishedAt)
    return !isKnown && hasFlatPath(mark.scope === scope && reported ? reported : (traffic?.fact ?? null))
  })
  if (flat.length === 0) return {}
  const carried = await carriedBy(store, group.topology, flat, mark.finishedAt)
  const gateways = group.topology.gateways.map(({ scope }) => scope)
  const inUse: Record<string, PathsInUse> = {}
  for (const { scope } of flat) {
    const paths: PathsInUse = {}
    for (const path of circuitPaths) {
      const peers = group.topology.mappings.filter((one) => one.circuit === scope && one.path === path)
      if (peers.length === 0) continue
      const prefixes = peers.flatMap(({ gateway, neighbor }) => carried(gateway, neighbor))
      const { entries } = await store.routesTo(gateways, [...new Set(prefixes)].slice(0, ASKED_PREFIXES))
      const byPrefix = Map.groupBy(entries.filter(isExternal), ({ prefix }) => prefix)
      const isPeer = (entry: RouteEntry) =>
        peers.some(({ gateway, neighbor }) => entry.gateway === gateway && entry.peer === neighbor)
      paths[path] = [...byPrefix.values()].some((own) => bestRoutes(own, group.topology).some(isPeer))
    }
    inUse[scope] = paths
  }
  return { inUse }
}

function isKept(lookedUpAt: EpochMs | undefined, moved: EpochMs, now: EpochMs): boolean {
  return lookedUpAt !== undefined && lookedUpAt >= moved && now - lookedUpAt < IN_USE_KEPT_MS
}

/** End of the last poll that moved any route of a group's gateways, this one included. */
function routesChangedAt(
  { topology }: TopologyGroup,
  mark: PollMark,
  signals: readonly Signal[],
  known: GroupState,
): EpochMs {
  const now = signals.some(({ type }) => type === 'routes') ? mark.finishedAt : 0
  return Math.max(now, ...topology.gateways.map(({ scope }) => known[scope]?.routesChangedAt ?? 0))
}

const hasFlatPath = (fact: TrafficFact | null) =>
  fact !== null && circuitPaths.some((path) => fact.meters[path]?.in.isFlat || fact.meters[path]?.out.isFlat)

/** The topology with whether what each circuit carried has another path; asked only where a session fell. */
export async function withBackups(
  store: DetectionStore,
  group: TopologyGroup,
  mark: PollMark,
  signals: readonly Signal[],
): Promise<Topology> {
  const { topology } = group
  const fell = signals.some(
    (signal) => signal.type === 'session' && (signal.level === 'down' || signal.level === 'gone'),
  )
  if (!fell || topology.circuits.length === 0) return topology
  const carried = await carriedBy(store, topology, topology.circuits, mark.finishedAt)
  const circuits: CircuitNode[] = []
  for (const circuit of topology.circuits) {
    const peers = topology.mappings.filter((one) => one.circuit === circuit.scope)
    const prefixes = [...new Set(peers.flatMap(({ gateway, neighbor }) => carried(gateway, neighbor)))]
    circuits.push({ ...circuit, backedUp: await isBackedUp(store, topology, circuit, prefixes) })
  }
  return { ...topology, circuits }
}

async function isBackedUp(
  store: DetectionStore,
  { gateways, mappings }: Topology,
  circuit: CircuitNode,
  prefixes: readonly string[],
): Promise<boolean | null> {
  if (prefixes.length === 0) return null
  const { entries, covered } = await store.routesTo(
    gateways.map(({ scope }) => scope),
    prefixes,
  )
  const isOwn = ({ gateway, peer }: RouteEntry) =>
    mappings.some((one) => one.circuit === circuit.scope && one.gateway === gateway && one.neighbor === peer)
  const others = new Set(entries.filter((entry) => isExternal(entry) && !isOwn(entry)).map(({ prefix }) => prefix))
  return prefixes.every((prefix) => others.has(prefix) || covered.includes(prefix))
}

/** What each neighbor of some circuits reported its gateway recently, gone or not. */
async function carriedBy(
  store: DetectionStore,
  { mappings }: Topology,
  circuits: readonly CircuitNode[],
  now: EpochMs,
): Promise<(gateway: string, neighbor: string) => string[]> {
  const own = mappings.filter(({ circuit }) => circuits.some(({ scope }) => scope === circuit))
  const gateways = [...new Set(own.map(({ gateway }) => gateway))]
  if (gateways.length === 0) return () => []
  const reported = await store.reportedRoutes({ scopes: gateways, since: now - MAX_AGE_MS })
  const byPeer = Map.groupBy(
    reported.filter(({ kind }) => kind === 'learned'),
    ({ scope, peer }) => `${scope} ${peer}`,
  )
  return (gateway, neighbor) => (byPeer.get(`${gateway} ${neighbor}`) ?? []).map(({ prefix }) => prefix)
}
