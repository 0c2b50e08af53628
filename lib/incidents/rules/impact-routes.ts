import {
  findBestCandidates,
  type CandidateRoute,
  comparePrefixes,
  parsePrefix,
  type IpPrefix,
  type RoutingPreference,
  findSystemRoute,
} from '#lib/bgp/index.ts'
import type { TimestampBounds, EpochMs } from '#lib/contract/time/time.ts'

/** A row of a route table, with the time during which polls saw it. */
export interface RouteRowWithObservedTime extends CandidateRoute {
  /** short ID of the gateway that learned the route */
  gateway: string
  /**
   * short IDs of the circuits that may carry the route, if `circuit` is null; empty if the route does not come over
   * ExpressRoute
   */
  possible: readonly string[]
  /** time of the first poll that saw the row; `-Infinity` if the first poll of the table already saw it */
  from: EpochMs
  /** time of the first poll that no longer saw the row; `Infinity` for a current row */
  until: EpochMs
  /** time of the last poll before the row appeared; `-Infinity` if the first poll of the table already saw it */
  absentUntil: EpochMs
  /** time of the last poll that saw the row */
  seenUntil: EpochMs
  /** whether the prefix belongs to the virtual network itself; its system routes have priority over learned routes */
  isOwnSpace: boolean
  /** whether the route leads to another customer than the caller */
  isAnothers: boolean
}

type RowTime = Pick<RouteRowWithObservedTime, 'from' | 'until' | 'absentUntil' | 'seenUntil'>

/**
 * Divides the time of a row at the losses of its gateway instance. While an instance is lost, Azure lists no rows of
 * it. Its last rows then stay in the stored table, although nothing is forwarded by them.
 */
export const clipTimeByLosses = (
  time: RowTime,
  losses: readonly { started: TimestampBounds; ended: TimestampBounds | null }[],
): RowTime[] =>
  losses.reduce<RowTime[]>(
    (parts, { started, ended }) =>
      parts.flatMap((part) => {
        if (part.until <= started.latest || (ended !== null && part.from >= ended.latest)) return [part]
        const before = { ...part, until: started.latest, seenUntil: Math.min(part.seenUntil, started.earliest) }
        const after = ended && { ...part, from: ended.latest, absentUntil: ended.earliest }
        return [...(part.from < started.latest ? [before] : []), ...(after && after.from < part.until ? [after] : [])]
      }),
    [time],
  )

/** All rows that determine how the gateways of one virtual network or one hub forward. */
export interface RouteTablesWithObservedTimes {
  preference: RoutingPreference
  routes: readonly RouteRowWithObservedTime[]
}

/**
 * Effects of a change on a prefix, worst first:
 * - `lost`: no route
 * - `internet`: no route, so that Azure sends these public addresses to the Internet
 * - `default_only`: only a default route covers it
 * - `covered`: a less specific prefix covers it
 * - `moved`: it uses a path that it did not use before
 * - `reduced`: it has fewer paths
 */
export const routeEffectKinds = ['lost', 'internet', 'default_only', 'covered', 'moved', 'reduced'] as const
export type RouteEffectKind = (typeof routeEffectKinds)[number]

/** Kind of the new path of a moved or reduced prefix. `another` means that no other kind describes it. */
export type NewPathKind = 'path' | 'circuit' | 'transport' | 'another' | 'one_path' | 'fewer_paths'

/**
 * Time during which a prefix had at most a default route, with the earliest and latest possible start and end; `ended`
 * null = ongoing.
 */
export interface PrefixUnreachableTime {
  started: TimestampBounds
  ended: TimestampBounds | null
}

/** The effect of a change on a prefix between two moments. */
export interface PrefixRouteEffect {
  prefix: string
  kind: RouteEffectKind
  /** kind of the prefix's new path; null for a prefix that did not move */
  destination: NewPathKind | null
  /**
   * the routes whose end caused the effect, or, if all routes are still present or a more specific prefix took over,
   * the routes whose begin caused it
   */
  because: readonly RouteRowWithObservedTime[]
  /** the routes to a shorter prefix from which a more specific prefix drew traffic; empty for other effects */
  drawnFrom: readonly RouteRowWithObservedTime[]
  /** true = the polls do not show whether the prefix used a route of `because`; absent = it did */
  isPossible?: boolean
  /** true = only reports of customers' routers prove it, and no table confirms it yet; absent = tables prove it */
  isReported?: boolean
  /** times within the period in which the prefix had at most a default route */
  absences: readonly PrefixUnreachableTime[]
}

/** A prefix in the tree of all prefixes of a table. Its parent is the next less specific prefix. */
interface Node {
  text: string
  prefix: IpPrefix
  routes: RouteRowWithObservedTime[]
  isOwnSpace: boolean
  parent: Node | null
  children: Node[]
}

interface Best {
  length: number
  routes: readonly RouteRowWithObservedTime[]
  /** all routes to the longest prefix, also those that carry nothing */
  all: readonly RouteRowWithObservedTime[]
}

/** The period of an incident for which tables are compared, in epoch milliseconds. */
export interface ComparedPeriod {
  from: EpochMs
  /** latest possible start of the incident, which polls date only within bounds; absent = `from` */
  startedBy?: EpochMs
  to: EpochMs
  isOver: boolean
  /** true = the incident is about new prefixes, whose end does not count as a loss; absent = false */
  isAnnouncement?: boolean
  /** time after `to` up to which the return of prefixes that are lost at `to` is searched; absent = `to` */
  followedTo?: EpochMs
}

/**
 * Compares a table before and after (docs/rules/events.md, "Impact"). While the incident is ongoing, each prefix has at
 * most one effect, which is the difference between `from` and `to`. After the incident, a prefix has one effect for
 * each different change between `from` and any moment of the period, because its worst change may belong to another
 * incident. If a poll between `from` and `startedBy` already shows a change, this change may be from before the
 * incident. Therefore routes that ended later are compared with that poll, too, which may add effects.
 * @returns effects on prefixes that have lost their route or use another one, and on more specific prefixes that moved
 *   traffic to another path
 */
export function findRouteEffects(
  { preference, routes }: RouteTablesWithObservedTimes,
  period: ComparedPeriod,
): PrefixRouteEffect[] {
  const { followedTo = period.to } = period
  const isWithin = (at: EpochMs) => at > period.from && at <= period.to
  const timesOf = (node: Node) => node.routes.flatMap(({ from, until }) => [from, until])
  const changes = (node: Node) => timesOf(node).filter(isWithin)
  // Rows that did not exist at any time of the period are left out.
  const present = routes.filter(({ from, until }) => from <= followedTo && until > period.from)
  return nodesOf(present).flatMap((node): PrefixRouteEffect[] => {
    if (isOwn(node)) return []
    const moments = new Set(chainOf(node).flatMap(changes))
    if (moments.size === 0) return []
    // Changes of more specific prefixes matter too, because these prefixes take addresses away from this prefix and
    // give them back.
    for (const at of descendantsOf(node).flatMap(changes)) moments.add(at)
    const first = findFirstRoutes(node, period, moments, preference)
    if (first === null) return []
    const { from, best: before } = first
    for (const at of moments) if (at <= from) moments.delete(at)
    const absences: PrefixUnreachableTime[] = []
    const effects: Omit<PrefixRouteEffect, 'absences'>[] = []
    const changed: EpochMs[] = []
    for (const at of [...moments].toSorted((a, b) => a - b)) {
      const found = effectAt(node, before, { from, at }, preference)
      recordAbsence(absences, node, at, found !== null && isAbsence(found))
      if (found) changed.push(at)
      if (found && period.isOver && !effects.some((one) => isSame(one, found))) effects.push(found)
    }
    const later = [...chainOf(node), ...descendantsOf(node)].flatMap(timesOf)
    for (const at of later.filter((one) => one > period.to && one <= followedTo).toSorted((a, b) => a - b)) {
      if (absences.at(-1)?.ended !== null) break
      const found = effectAt(node, before, { from, at }, preference)
      recordAbsence(absences, node, at, found !== null && isAbsence(found))
    }
    const last = period.isOver ? null : effectAt(node, before, { from, at: period.to }, preference)
    if (last) effects.push(last)
    const ends = period.isOver ? changed : last ? [period.to] : []
    for (const found of effectsSinceStarts(node, { ...period, from }, { moments, ends }, preference))
      if (!effects.some((one) => isSame(one, found))) effects.push(found)
    return effects.map((effect) => ({ ...effect, absences }))
  })
}

/**
 * Returns the best routes of a prefix before an incident, and the moment from which on changes count. It is the begin of
 * the period. If the prefix came back only in a poll between `from` and `startedBy`, it is that poll, because the
 * incident may have taken the prefix away again. An incident about new prefixes takes none away.
 */
function findFirstRoutes(
  node: Node,
  { from, startedBy = from, isAnnouncement = false }: ComparedPeriod,
  moments: ReadonlySet<EpochMs>,
  preference: RoutingPreference,
): { from: EpochMs; best: Best } | null {
  const starts = isAnnouncement ? [] : [...moments].filter((at) => at <= startedBy).toSorted((a, b) => a - b)
  for (const start of [from, ...starts]) {
    const best = bestAt(node, start, preference)
    if (best) return { from: start, best }
  }
  return null
}

/**
 * Returns the effects of routes to which an earlier fault may have moved the prefix only shortly before: routes that
 * ended after a moment at which the incident may have started, compared with the table at that moment, and spare routes
 * that ended between the same polls as all better routes.
 * @param ends times at which the prefix is affected compared with the table before the incident. At other times, for
 *   example after the withdrawal of a more specific prefix that came with the incident, the end of a route restored the
 *   state before the incident
 */
function effectsSinceStarts(
  node: Node,
  { from, startedBy = from }: ComparedPeriod,
  { moments, ends }: { moments: ReadonlySet<EpochMs>; ends: readonly EpochMs[] },
  preference: RoutingPreference,
): Omit<PrefixRouteEffect, 'absences'>[] {
  const starts = [...moments].filter((at) => at <= startedBy)
  return [from, ...starts].flatMap((start) => {
    const before = bestAt(node, start, preference)
    const later = before ? ends.filter((at) => at > start) : []
    return later.flatMap((at) => {
      const found = before && effectAt(node, before, { from: start, at }, preference)
      if (!found) return []
      const isDueToEnds = found.because.every((route) => isThere(route, start) && !isThere(route, at))
      const spares = effectsOfSpares(node, before, { startedBy, at }, preference)
      return start > from && isDueToEnds ? [found, ...spares] : spares
    })
  })
}

/**
 * Returns the possible effects of spare routes that ended between the same polls as all better routes to the prefix.
 * The polls do not show if an earlier fault moved the prefix to these routes before they ended.
 */
function effectsOfSpares(
  node: Node,
  before: Best,
  { startedBy, at }: { startedBy: EpochMs; at: EpochMs },
  preference: RoutingPreference,
): Omit<PrefixRouteEffect, 'absences'>[] {
  const after = bestAt(node, at, preference)
  // The effect on a prefix that is cut off or covered already names all its routes.
  if (after?.length !== before.length || before.routes.some((route) => isThere(route, at))) return []
  const effects: Omit<PrefixRouteEffect, 'absences'>[] = []
  for (let better = before.routes; ; ) {
    // A better route that ended after the start of the incident belongs to a later fault. The polls saw a spare route
    // carry the prefix if it outlasted the better routes by a poll.
    const mayFollow = ({ seenUntil, until }: RouteRowWithObservedTime) =>
      better.every((one) => one.seenUntil < Math.min(until, startedBy) && seenUntil < one.until)
    const spares = before.all.filter((route) => !better.includes(route) && !isThere(route, at) && mayFollow(route))
    const all = [...after.all, ...spares]
    const between = { length: before.length, routes: findBestCandidates(all, preference), all }
    const because = between.routes.filter((route) => spares.includes(route))
    const kind = kindOf(node, between, after)
    if (because.length === 0 || (kind !== 'moved' && kind !== 'reduced')) return effects
    const destination = destinationOf(kind, between, after)
    effects.push({ prefix: node.text, kind, destination, because, drawnFrom: [], isPossible: true })
    better = [...better, ...because]
  }
}

const isSame = (a: Omit<PrefixRouteEffect, 'absences'>, b: Omit<PrefixRouteEffect, 'absences'>) =>
  a.kind === b.kind &&
  a.isPossible === b.isPossible &&
  a.destination === b.destination &&
  a.because.length === b.because.length &&
  a.because.every((route) => b.because.includes(route))

/** Reports whether a prefix with this effect has at most a default route. */
const isAbsence = ({ kind }: Pick<PrefixRouteEffect, 'kind'>) =>
  kind === 'lost' || kind === 'internet' || kind === 'default_only'

/**
 * Updates a prefix's absences at a moment from which on it has at most a default route (`isAbsent`), or has another
 * route again.
 */
function recordAbsence(absences: PrefixUnreachableTime[], node: Node, at: EpochMs, isAbsent: boolean): void {
  const open = absences.at(-1)?.ended === null ? absences.at(-1) : undefined
  if (isAbsent === (open !== undefined)) return
  const routes = chainOf(node).flatMap((one) => (one.prefix.length > 0 || one === node ? one.routes : []))
  if (open) {
    const back = routes.filter((route) => isThere(route, at)).map(({ absentUntil }) => absentUntil)
    open.ended = { earliest: Math.min(at, Math.max(open.started.latest, Math.min(...back))), latest: at }
    return
  }
  const gone = routes.filter(({ from, until }) => from < at && until <= at).map(({ seenUntil }) => seenUntil)
  const earliest = gone.length === 0 ? at : Math.min(at, Math.max(...gone))
  absences.push({ started: { earliest, latest: at }, ended: null })
}

/** A prefix that lost at least one of its paths, and the paths that it has left. */
export interface PrefixWithFewerPaths {
  prefix: string
  /** number of different paths at the end of the period, whether they are in use or not */
  left: number
  /** routes that existed at the start of the period and ended in it */
  because: readonly RouteRowWithObservedTime[]
}

/**
 * Returns the prefixes with fewer paths at the end of a period than at its begin. Unlike {@link findRouteEffects}, it
 * counts paths that carry nothing, because a lost spare path moves no traffic. Rows of several gateway instances from
 * one neighbor are one path.
 */
export function findPrefixesWithFewerPaths(
  { routes }: RouteTablesWithObservedTimes,
  { from, to }: Pick<ComparedPeriod, 'from' | 'to'>,
): PrefixWithFewerPaths[] {
  const learned = routes.filter(({ isOwnSpace }) => !isOwnSpace)
  return [...Map.groupBy(learned, ({ prefix }) => prefix)].flatMap(([prefix, own]): PrefixWithFewerPaths[] => {
    const was = own.filter((route) => isThere(route, from))
    const left = new Set(own.filter((route) => isThere(route, to)).map(nameLine))
    const because = was.filter((route) => !left.has(nameLine(route)))
    return because.length === 0 ? [] : [{ prefix, left: left.size, because }]
  })
}

/**
 * Returns a name for the line over which a row was learned. Rows that fail together with the same line have the same
 * name.
 */
const nameLine = (route: RouteRowWithObservedTime): string =>
  route.circuit !== null && route.path !== null
    ? `${route.circuit} ${route.path}`
    : (neighborOf(route) ?? `${route.gateway} ${route.circuit}`)

const rankOf = ({ kind }: Pick<PrefixRouteEffect, 'kind'>) => routeEffectKinds.indexOf(kind)

function nodesOf(routes: readonly RouteRowWithObservedTime[]): Node[] {
  const nodes = [...Map.groupBy(routes, ({ prefix }) => prefix)].flatMap(([text, own]): Node[] => {
    const prefix = parsePrefix(text)
    const learned = own.filter((route) => !route.isOwnSpace)
    const isOwnSpace = learned.length < own.length
    return prefix ? [{ text, prefix, routes: learned, isOwnSpace, parent: null, children: [] }] : []
  })
  nodes.sort((a, b) => comparePrefixes(a.prefix, b.prefix))
  const open: Node[] = []
  for (const node of nodes) {
    while (open.length > 0 && !holds(open.at(-1), node)) open.pop()
    node.parent = open.at(-1) ?? null
    node.parent?.children.push(node)
    open.push(node)
  }
  return nodes
}

const hostBits = ({ family, length }: IpPrefix) => BigInt((family === 4 ? 32 : 128) - length)
const sizeOf = ({ prefix }: Node) => 1n << hostBits(prefix)

const holds = (outer: Node | undefined, { prefix }: Node) =>
  outer?.prefix.family === prefix.family &&
  outer.prefix.bits >> hostBits(outer.prefix) === prefix.bits >> hostBits(outer.prefix)

/** Returns the prefix and all prefixes that cover it, longest first. */
function chainOf(node: Node): Node[] {
  const chain: Node[] = []
  for (let at: Node | null = node; at; at = at.parent) chain.push(at)
  return chain
}

const descendantsOf = ({ children }: Node): Node[] => children.flatMap((one) => [one, ...descendantsOf(one)])
const isOwn = (node: Node) => chainOf(node).some(({ isOwnSpace }) => isOwnSpace)
const isThere = ({ from, until }: RouteRowWithObservedTime, at: EpochMs) => from <= at && at < until

function bestAt(node: Node, at: EpochMs, preference: RoutingPreference): Best | null {
  for (const { prefix, routes } of chainOf(node)) {
    const there = routes.filter((route) => isThere(route, at))
    if (there.length > 0) return { length: prefix.length, routes: findBestCandidates(there, preference), all: there }
  }
  return null
}

/** Returns the number of addresses of a prefix that more specific prefixes cover at any of these moments. */
function takenFrom(node: Node, moments: readonly EpochMs[]): bigint {
  const isTaken = ({ isOwnSpace, routes }: Node) =>
    isOwnSpace || routes.some((route) => moments.some((at) => isThere(route, at)))
  return node.children.reduce((sum, one) => sum + (isTaken(one) ? sizeOf(one) : takenFrom(one, moments)), 0n)
}

function effectAt(
  node: Node,
  before: Best,
  { from, at }: Pick<ComparedPeriod, 'from'> & { at: EpochMs },
  preference: RoutingPreference,
): Omit<PrefixRouteEffect, 'absences'> | null {
  const isListed = node.routes.some((route) => isThere(route, from) || isThere(route, at))
  const after = bestAt(node, at, preference)
  const kind = kindOf(node, before, after)
  if (!isListed || kind === null || takenFrom(node, [from, at]) === sizeOf(node)) return null
  // A prefix is cut off only when its last route has ended, so each of its routes is a reason.
  const isCut = after === null || after.length < before.length
  const ended = (isCut ? before.all : before.routes).filter((route) => !isThere(route, at))
  const begun = (after?.routes ?? []).filter((route) => !isThere(route, from))
  const destination = after && (kind === 'moved' || kind === 'reduced') ? destinationOf(kind, before, after) : null
  const drawnFrom = after !== null && after.length > before.length ? before.routes : []
  const because = ended.length > 0 && drawnFrom.length === 0 ? ended : begun
  return { prefix: node.text, kind, destination, because, drawnFrom }
}

/**
 * Returns the address of the neighbor that announced a row. If the other gateway instance passed the row on (iBGP), the
 * neighbor is the next hop.
 */
const neighborOf = ({ origin, nextHop, peer }: RouteRowWithObservedTime) =>
  origin?.toLowerCase() === 'ibgp' ? (nextHop ?? peer) : peer
const pathsOf = ({ routes }: Best) =>
  new Set(routes.map((route) => `${route.gateway} ${neighborOf(route)} ${route.circuit} ${route.path}`))

const holdsAll = <T>(outer: ReadonlySet<T>, inner: ReadonlySet<T>) => [...inner].every((one) => outer.has(one))

function kindOf({ prefix }: Node, before: Best, after: Best | null): RouteEffectKind | null {
  if (after === null)
    return findSystemRoute({ family: prefix.family, value: prefix.bits }) === 'internet' ? 'internet' : 'lost'
  if (after.length < before.length) return after.length === 0 ? 'default_only' : 'covered'
  const [was, is] = [pathsOf(before), pathsOf(after)]
  if (!holdsAll(was, is)) return 'moved'
  return is.size < was.size ? 'reduced' : null
}

function destinationOf(kind: 'moved' | 'reduced', before: Best, after: Best): NewPathKind {
  // The number of paths is not given if some of them belong to another customer, because it is confidential.
  const isSecret = after.routes.some(({ isAnothers }) => isAnothers)
  if (kind === 'reduced') return !isSecret && pathsOf(after).size === 1 ? 'one_path' : 'fewer_paths'
  const [was, is] = [before.routes, after.routes]
  const all = [...was, ...is]
  const sets = <T>(of: (route: RouteRowWithObservedTime) => T) => [new Set(was.map(of)), new Set(is.map(of))] as const
  if (isSecret) return 'another'
  if (all.every(({ transport }) => transport !== 'unknown')) {
    const [first, second] = sets(({ transport }) => transport)
    if (![...second].some((one) => first.has(one))) return 'transport'
  }
  if (all.some(({ circuit }) => circuit === null)) return 'another'
  const [first, second] = sets(({ circuit }) => circuit)
  if (![...second].some((one) => first.has(one))) return 'circuit'
  return holdsAll(first, second) ? 'path' : 'another'
}

/**
 * Number of prefixes with the same effect. `isCertain` is false if their routes may belong to a circuit that the
 * incident is not about.
 */
interface CountedEffect extends Pick<PrefixRouteEffect, 'kind' | 'destination' | 'isReported'> {
  isCertain: boolean
  count: number
}

/** Prefixes that one gateway lost from the same circuits at the same times. */
export interface PrefixesLostByGateway {
  prefixes: string[]
  /** short ID of the gateway */
  gateway: string
  /** short IDs of the circuits whose routes disappeared; several = any of them may have carried the routes */
  circuits: string[]
  absences: readonly PrefixUnreachableTime[]
}

/** Numbers of affected prefixes over several tables. Each prefix counts once, with its worst effect. */
export interface RouteCounts {
  /** false = a table was not read, so that more prefixes may be affected */
  isWhole: boolean
  effects: readonly CountedEffect[]
  /**
   * number of paths that the most affected prefix has left, that is, the minimum over all prefixes that lost a path;
   * null or absent = no prefix lost one
   */
  pathsLeft?: number | null
}

export interface RouteImpact extends RouteCounts {
  /** times during which prefixes had at most a default route or the Internet */
  absences: readonly PrefixesLostByGateway[]
}

/**
 * Counts the prefixes that an incident affects, over several tables. A prefix with different effects in different
 * networks counts once, with the worst effect. For example, lost in one network and moved in another counts as lost. A
 * certain effect has priority over an uncertain one.
 * @param belongs reports whether a route belongs to the incident; null = unknown
 * @param isDrawn reports whether the incident is about traffic that left a route for a more specific prefix
 * @param thinned prefixes with fewer paths, of any incident
 */
export function countRouteImpact(
  effects: readonly PrefixRouteEffect[],
  belongs: (route: RouteRowWithObservedTime) => boolean | null,
  isWhole: boolean,
  isDrawn: (route: RouteRowWithObservedTime) => boolean = () => false,
  thinned: readonly PrefixWithFewerPaths[] = [],
): RouteImpact {
  const found = effects.flatMap((effect) => {
    const own = [
      ...effect.because.filter((route) => belongs(route) !== false),
      ...effect.drawnFrom.filter(isDrawn),
    ].filter(({ isAnothers }) => !isAnothers)
    const isCertain = !effect.isPossible && own.some((route) => belongs(route) === true || isDrawn(route))
    return own.length > 0 ? [{ ...effect, own, isCertain }] : []
  })
  const shown = [...Map.groupBy(found, ({ prefix }) => prefix).values()].flatMap((all) => {
    const certain = all.filter(({ isCertain }) => isCertain)
    // a loss that a table proves before one that only routers report
    const worst = (certain.length > 0 ? certain : all).toSorted(
      (a, b) => rankOf(a) - rankOf(b) || Number(a.isReported ?? false) - Number(b.isReported ?? false),
    )[0]
    return worst ? [worst] : []
  })
  const left = thinned.filter(({ because }) => because.some((route) => belongs(route) !== false)).map((one) => one.left)
  const counted = Map.groupBy(
    shown,
    ({ kind, destination, isCertain, isReported }) => `${kind} ${destination} ${isCertain} ${isReported}`,
  )
  return {
    isWhole,
    effects: [...counted.values()].flatMap(([first, ...others]) =>
      first
        ? [
            {
              kind: first.kind,
              destination: first.destination,
              isCertain: first.isCertain,
              ...(first.isReported && { isReported: true }),
              count: 1 + others.length,
            },
          ]
        : [],
    ),
    pathsLeft: left.length === 0 ? null : Math.min(...left),
    absences: absencesOf(found.filter(isAbsence)),
  }
}

/** Groups the prefixes that one gateway lost from the same circuits at the same times. */
function absencesOf(
  lost: readonly (PrefixRouteEffect & { own: readonly RouteRowWithObservedTime[] })[],
): PrefixesLostByGateway[] {
  const together = new Map<string, Omit<PrefixesLostByGateway, 'prefixes'> & { prefixes: Set<string> }>()
  for (const { prefix, own, absences } of lost)
    for (const [gateway, routes] of Map.groupBy(own, (route) => route.gateway)) {
      const circuits = [...new Set(routes.flatMap(({ circuit, possible }) => circuit ?? possible))].toSorted()
      const key = JSON.stringify([gateway, circuits, absences])
      const same = together.get(key) ?? { prefixes: new Set(), gateway, circuits, absences }
      together.set(key, same)
      same.prefixes.add(prefix)
    }
  return [...together.values()].map((one) => ({ ...one, prefixes: [...one.prefixes] }))
}
