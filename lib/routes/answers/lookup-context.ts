import { doesPrefixContainAddress, parseAddress, parsePrefix } from '#lib/bgp/index.ts'
import {
  type CircuitPath,
  circuitPaths,
  type EpochMs,
  forwardingTablePollKinds,
  parsePeeringType,
  type PollKind,
  type UnpolledIntervalToEncode,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { Period, SourceRef } from '#lib/history/index.ts'
import { readProbesInPeriod } from '#lib/networks/answers/index.ts'
import { cacheUntilChange } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type CircuitResource,
  getCircuitLinks,
  type ReadableDatabase,
  getHistoryRetentionMs,
  isSameIgnoringCase,
  pickLongestGaps,
  readCoverageOfResources,
  getSqlExecutor,
  readTopology,
  type EstateTopology,
} from '#lib/questions/index.ts'
import { type SessionStatePeriods, readSessionStatePeriods } from '#lib/sessions/answers/index.ts'
import { readPathEvents } from './path-events.ts'
import {
  type StoredLookupContext,
  type ResourcesOnPathOfAddress,
  findCarryingPath,
  findStandbyPath,
  formatPathKey,
  listCircuitNeighbors,
} from './carrying-path.ts'
import { compareTrafficWithUsual } from './usual-traffic-comparison.ts'
import type { RankingWithLastKnown } from './last-known-routes.ts'
import { rankRoutes, type RouteRankingQuery } from './route-ranking.ts'

/** Length of the time before and after the queried time in which events are searched, in milliseconds. */
const AROUND_MS = 15 * MS_PER_MINUTE

type RouteQuery = RouteRankingQuery & {
  /** ranked routes at the queried time, which the caller has already begun to read */
  ranked: Promise<RankingWithLastKnown>
}

/**
 * Returns the incidents, events and states around a queried time on the path of an address. The path also includes
 * resources that were on it only at the start or at the end of the period. The result is cached until data change. In
 * the result, `to` is the end of the searched time (ADR 0254).
 * @returns null if no resource on the path is polled, or if history of that time is no longer kept
 */
export const readLookupContext = (
  db: ReadableDatabase,
  asked: RouteQuery,
  now: EpochMs,
): Promise<StoredLookupContext | null> =>
  cacheUntilChange(getSqlExecutor(db), `around ${asked.ip} ${asked.resource?.id ?? ''} ${asked.at ?? 'now'}`, () =>
    around(db, asked, now),
  )

async function around(
  db: ReadableDatabase,
  { ranked: reading, ...asked }: RouteQuery,
  now: EpochMs,
): Promise<StoredLookupContext | null> {
  const q = getSqlExecutor(db)
  const at = asked.at ?? now
  // The time after the queried time is included only if it is completely in the past. Otherwise a later response to the
  // same request could differ.
  const to = at + AROUND_MS <= now ? at + AROUND_MS : at
  const period = { from: Math.max(at - AROUND_MS, now - getHistoryRetentionMs()), to }
  if (period.from >= period.to) return null
  const [before, { onPath: ranked }, after] = await Promise.all([
    rankRoutes(db, { ...asked, at: period.from }, now),
    reading,
    to > at ? rankRoutes(db, { ...asked, at: to }, now) : null,
  ])
  const topology = await readTopology(q, asked.at)
  const rankings = [before, ranked, ...(after ? [after] : [])]
  const path = findCarryingPath(rankings, ranked, topology)
  if (path.circuits.length === 0 && path.gateways.length === 0) return null
  const facts = { period, topology, isIpv6: asked.ip.includes(':') }
  const [happened, { covered, uncovered }, states, traffic, probes, standby] = await Promise.all([
    readPathEvents(q, path, period, at),
    seenOf(q, path, topology, { ...period, now, sources: asked.resource ? undefined : ranked.sources }),
    statesOf(q, path, facts),
    Promise.all(path.circuits.map((circuit) => compareTrafficWithUsual(db, circuit, period, now))),
    probesOf(q, path, { ip: asked.ip, match: ranked.match, period }),
    standbyOf(q, findStandbyPath(rankings, path, topology), { at, ...facts }),
  ])
  const known = new Set(happened.incidents.map(({ id }) => id))
  const { listed, omitted } = pickLongestGaps(uncovered)
  // If a poll is no longer scheduled, its coverage shows no gap. Therefore the states of the paths are checked as well.
  const isSeen = covered && states.paths.every(({ states: own }) => own.every(({ is }) => is !== 'unknown'))
  const isSomething = happened.incidents.length > 0 || happened.isBeside
  return {
    ...period,
    untilNow: asked.at === undefined,
    verdict: isSomething ? 'something' : isSeen ? 'nothing' : 'unknown',
    resources: [
      ...path.circuits.map(({ resource: { id, name } }) => ({ scope: id, scopeName: name, type: 'circuit' as const })),
      ...path.gateways.map(({ scope, scopeName, isGateway }) => ({
        scope,
        scopeName,
        type: isGateway ? ('gateway' as const) : ('other' as const),
      })),
      ...path.connections.map((one) => ({ ...one, type: 'other' as const })),
    ],
    incidents: happened.incidents,
    standby: { ...standby, incidents: standby.incidents.filter(({ id }) => !known.has(id)) },
    neighbors: listCircuitNeighbors(rankings),
    events: happened.events,
    ...states,
    traffic,
    probes,
    covered: isSeen,
    uncovered: listed,
    ...(omitted > 0 && { uncoveredOmitted: omitted }),
  }
}

/** Kinds of polls that must have succeeded during the whole period for the result "no incident". */
const SEEN_BY: Record<'circuit' | 'gateway', readonly PollKind[]> = {
  circuit: ['summary'],
  gateway: ['peers', 'learned'],
}

async function seenOf(
  q: SqlExecutor,
  { circuits, gateways }: ResourcesOnPathOfAddress,
  topology: EstateTopology,
  period: Parameters<typeof readCoverageOfResources>[2],
) {
  const places = [
    ...circuits.flatMap((circuit) =>
      pathsOf(circuit).map((path) => ({
        scope: circuit.resource.id,
        scopeName: circuit.resource.name,
        path,
        kinds: SEEN_BY.circuit,
        of: (source: SourceRef) => source.path === path && isSameIgnoringCase(source.peering, circuit.peering?.name),
      })),
    ),
    ...gateways.map(({ scope, scopeName }) => ({
      scope,
      scopeName,
      path: null,
      // a hub of a Virtual WAN is not among these gateways: it has route tables, and usually no sessions of its own
      kinds: topology.gateways.some(({ resource }) => resource.id === scope)
        ? SEEN_BY.gateway
        : forwardingTablePollKinds,
      of: () => true,
    })),
  ]
  const each = await readCoverageOfResources(q, places, period)
  return {
    covered: each.every(({ covered }) => covered),
    uncovered: each.flatMap(({ covered, uncovered }, n) => {
      const { scope, scopeName = '', path, kinds: [kind] = [] } = places[n] ?? {}
      // If no poll of this resource ever succeeded, its coverage contains no gap. In this case, the whole period is
      // returned as a gap.
      const isUnasked = !covered && uncovered.length === 0 && scope !== undefined && kind !== undefined
      return isUnasked ? [unaskedOf({ scope, scopeName, kind, path: path ?? null }, period)] : uncovered
    }),
  }
}

const pathsOf = (circuit: CircuitResource) => circuitPaths.filter((path) => getCircuitLinks(circuit, path).length > 0)

const unaskedOf = (
  { path, ...of }: { scope: string; scopeName: string; kind: PollKind; path: CircuitPath | null },
  { from, to }: Period,
): UnpolledIntervalToEncode => ({ ...of, ...(path && { path }), from, to, outcome: 'not_polled' })

/**
 * Returns the states during the period of the circuits' paths, and of the sessions between the gateways and the next
 * hops.
 */
async function statesOf(
  q: SqlExecutor,
  path: ResourcesOnPathOfAddress,
  { period, topology, isIpv6 }: { period: Period; topology: EstateTopology; isIpv6: boolean },
): Promise<Pick<StoredLookupContext, 'paths' | 'sessions'>> {
  const scopes = [...path.circuits.map(({ resource }) => resource.id), ...path.gateways.map(({ scope }) => scope)]
  const times = await readSessionStatePeriods(q, scopes, period, topology)
  const paths = path.circuits.flatMap((circuit) => {
    const { resource, peering } = circuit
    const own = (times.get(resource.id) ?? []).filter((one) => one.peering === parsePeeringType(peering?.type ?? null))
    return pathsOf(circuit).map((name) => {
      const links = own.filter((one) => one.path === name)
      const session = links.find(({ neighbor }) => neighbor.includes(':') === isIpv6) ?? links[0]
      return {
        circuitId: resource.id,
        circuitName: resource.name,
        path: name,
        inUse: path.inUse.has(formatPathKey(resource.id, name)) || path.inUse.has(formatPathKey(resource.id, null)),
        states: session ? session.parts.map(shownState) : [],
      }
    })
  })
  const sessions = path.gateways.flatMap(({ scope, scopeName }) => {
    const hops = path.hops.get(scope) ?? new Set()
    return (times.get(scope) ?? [])
      .filter(({ neighbor }) => hops.has(neighbor))
      .map(({ localAddress, neighbor, parts }) => ({
        scope,
        scopeName,
        localAddress,
        neighbor,
        states: parts.map(shownState),
      }))
  })
  return { paths, sessions }
}

/**
 * Returns the incidents that were ongoing at the queried time on resources whose routes were not in use, and the states
 * of the paths of these circuits during the period.
 */
async function standbyOf(
  q: SqlExecutor,
  standby: ResourcesOnPathOfAddress,
  { at, ...states }: Parameters<typeof statesOf>[2] & { at: EpochMs },
): Promise<NonNullable<StoredLookupContext['standby']>> {
  if (standby.circuits.length === 0 && standby.gateways.length === 0) return { incidents: [], paths: [] }
  const [{ incidents }, { paths }] = await Promise.all([
    readPathEvents(q, standby, { from: at, to: at }, at),
    statesOf(q, { ...standby, gateways: [] }, states),
  ])
  return { incidents: incidents.filter(({ endedBetween }) => endedBetween === null), paths }
}

const shownState = (part: SessionStatePeriods['parts'][number]) => ({ ...part, is: part.state })

/**
 * Returns the results of Azure connection monitors whose tests use the same circuits or gateways. If there are tests to
 * the address or into the prefix of the route in use, only these are returned.
 * @returns null if there are no results
 */
async function probesOf(
  q: SqlExecutor,
  path: ResourcesOnPathOfAddress,
  { ip, match, period }: { ip: string; match: string | null; period: Period },
): Promise<StoredLookupContext['probes']> {
  const all = await readProbesInPeriod(q, { ...period, resource: null })
  const scopes = new Set([
    ...path.circuits.map(({ resource }) => resource.id),
    ...path.gateways.map(({ scope }) => scope),
  ])
  const prefix = match === null ? null : parsePrefix(match)
  const over = all.filter(({ reaches }) => reaches.some((scope) => scopes.has(scope)))
  const there = over.filter(({ destination }) => {
    const address = parseAddress(destination.address)
    return (
      destination.address === ip || (prefix !== null && address !== null && doesPrefixContainAddress(prefix, address))
    )
  })
  const tests = there.length > 0 ? there : over
  const points = tests.flatMap((test) => test.points).toSorted((a, b) => a.at - b.at)
  if (points.length === 0) return null
  const failed = points.flatMap(({ failedShare }) => failedShare ?? [])
  const trips = points.flatMap(({ roundTripMs }) => roundTripMs ?? [])
  return {
    tests: tests.length,
    failedShare: failed.length === 0 ? null : Math.max(...failed),
    roundTripMs: trips.length === 0 ? null : trips.reduce((sum, trip) => sum + trip, 0) / trips.length,
    points,
  }
}
