import { MSEE_ASN } from '#lib/bgp/index.ts'
import type { TimestampBounds, RouteChange } from '#lib/contract/index.ts'
import { type DetectionContext, listJudgedTogether, listLiveEvents } from '../../../../model/context.ts'
import { raiseNoPathEvent } from './no-path.ts'
import { putRouteEvent } from '../route-event.ts'
import {
  computeChangeBounds,
  listGatewayNeighbors,
  type PrefixWithRoutesBeforeAndAfter,
  parseNeighborsOfGatewayNeighbors,
  type RoutesOfChangedPrefixes,
  type GatewayRouteTableRow,
} from '../../../../model/route.ts'
import { buildReductionEvent, describePathChange } from './path-change.ts'
import { endInvertedPathShifts, findReturnedPrefixes } from './path-change-returns.ts'
import { findGatewaysWithUnreadTables, storePendingPathShift } from './pending-shifts.ts'
import {
  hasPrefixUsualPaths,
  type PrefixPathMove,
  findPrefixPathMoves,
  findNewPrefixes,
  recordUsualPaths,
} from './usual-paths.ts'
import { isWholeSiteLost, type EvaluatedSite, listLearnedSites, type SiteRoutes } from '../../sites/index.ts'
import type { PendingPathShift } from '../../../../model/scope-state.ts'
import { findCustomHubTable } from '../../../../model/topology.ts'

/**
 * A change of best paths that several prefixes have in common. `before` and `after` list the best paths, each as
 * `gateway neighbor`.
 */
interface Shift extends Pick<PendingPathShift, 'prefixes' | 'before' | 'after' | 'drain' | 'isHome' | 'isUsual'> {
  /** true if the previous best paths still exist, but are no longer the best */
  stillThere: boolean
}

/**
 * Routes to the changed prefixes, with the routes to the sites to which these prefixes belong. `withdrawn` lists, for
 * each prefix of an open withdrawal event, the peers that had announced it.
 */
type TableWithSites = RoutesOfChangedPrefixes & {
  siteRoutes: SiteRoutes
  withdrawn: ReadonlyMap<string, readonly string[]>
}

/**
 * Raises and ends the events about best paths: ecmp_reduced, ecmp_restored, failover, failback, best_path_shift and
 * no_path (docs/rules/detection.md 3.2).
 */
export function applyBestPathRules(
  context: DetectionContext,
  changes: readonly RouteChange[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: TableWithSites,
): void {
  const between = computeChangeBounds(changes)
  const paths = findPrefixPathMoves(context, moved, table)
  const usual = recordUsualPaths(context, paths, between)
  endInvertedPathShifts(context, paths, usual, between)
  // A prefix of an open withdrawal event counts as back if it has a path again and all peers of its paths had announced
  // it before.
  const isBack = ({ prefix, is }: PrefixPathMove) =>
    is.length > 0 && parseNeighborsOfGatewayNeighbors(is).every((peer) => table.withdrawn.get(prefix)?.includes(peer))
  // When a new prefix is withdrawn again, its addresses return to the shorter prefix that carried them before.
  const isNew = findNewPrefixes(context)
  const givenBack = new Set(
    moved.flatMap(({ prefix, after }) => (after.length === 0 && isNew.has(prefix) ? prefix : [])),
  )
  const isGivenBack = ({ prefix, is }: PrefixPathMove) => is.length > 0 && givenBack.has(prefix)
  const hasKnownUsualPaths = (one: PrefixPathMove) =>
    Boolean(usual.get(one.prefix)) && hasPrefixUsualPaths(context, usual, one)
  const onUsual = new Set(paths.flatMap((one) => (hasKnownUsualPaths(one) ? [one.prefix] : [])))
  const home = new Set(
    paths.flatMap((one) => (onUsual.has(one.prefix) || isBack(one) || isGivenBack(one) ? [one.prefix] : [])),
  )
  const returned = findReturnedPrefixes(context, moved, table, between, home, onUsual)
  const fresh = moved.filter((one) => !returned.has(one.prefix) && !isTakenBack(context, one, between))
  const earlier = takeStepsBetween(context, paths, between)
  const changed = neighborsIn(changes)
  for (const shift of shiftsOf(
    paths,
    fresh,
    earlier,
    (one) => home.has(one.prefix) || hasPrefixUsualPaths(context, usual, one),
    hasKnownUsualPaths,
  )) {
    const lost = shift.before.filter((member) => !shift.after.includes(member))
    const isShrunk = shift.after.length > 0 && shift.after.every((member) => shift.before.includes(member))
    if (lost.length === 0) continue
    if (shift.after.length === 0) losesAll(context, shift, table, between)
    else if (isShrunk && !shift.stillThere) {
      // In a custom table of a hub, a change of propagation may be the reason, so that the reduction must be proven.
      if (findCustomHubTable(context.topology, context.mark.scope)) storePendingPathShift(context, shift, between)
      else shrinks(context, shift, between)
    } else {
      const own = shift.prefixes.flatMap((prefix) => [
        ...(changed.get(prefix) ?? []),
        ...(earlier.get(prefix)?.changed ?? []),
      ])
      const homes = shift.prefixes.flatMap((prefix) => usual.get(prefix)?.split(',') ?? [])
      const unread = findGatewaysWithUnreadTables(context, [...shift.after, ...homes], table)
      storePendingPathShift(context, { ...shift, changed: [...new Set(own)].toSorted() }, between, unread)
    }
  }
}

/** Returns the neighbors whose own routes changed in a poll, by prefix. */
function neighborsIn(changes: readonly RouteChange[]): Map<string, string[]> {
  const byPrefix = Map.groupBy(changes, ({ prefix }) => prefix)
  return new Map([...byPrefix].map(([prefix, own]) => [prefix, own.flatMap(({ peer }) => peer ?? [])]))
}

/**
 * State before an earlier change of best paths that is not reported yet: the best paths, and the neighbors whose routes
 * changed.
 */
interface EarlierStep {
  before: string[]
  changed: string[]
}

/**
 * Combines the current change with an earlier change of the same prefixes that is not reported yet. Gateways are polled
 * one after the other, so both may be the same change, and the paths in between were never used. If the earlier change
 * is known to have happened before this one, they are not combined.
 * @returns the state before both changes, by prefix
 */
function takeStepsBetween(
  context: DetectionContext,
  moved: readonly PrefixPathMove[],
  between: TimestampBounds,
): Map<string, EarlierStep> {
  const was = new Map(moved.map((one) => [one.prefix, one.was.join()]))
  const earlier = new Map<string, EarlierStep>()
  for (const scope of listJudgedTogether(context)) {
    scope.pending = scope.pending.flatMap((pending) => {
      const { prefixes, before, after, changed = [] } = pending
      if (pending.returned || isAfter(context, pending, between)) return [pending]
      const isStep = (prefix: string) => was.get(prefix) === after.join()
      for (const prefix of prefixes.filter(isStep)) earlier.set(prefix, { before, changed })
      const rest = prefixes.filter((prefix) => !isStep(prefix))
      return rest.length > 0 ? [{ ...pending, prefixes: rest }] : []
    })
  }
  return earlier
}

/**
 * Reports whether the current change is known to have happened after a pending (not yet reported) change. A pending
 * change may still wait for a poll of this gateway's table. In this case the two may be the same change.
 */
function isAfter({ mark }: DetectionContext, pending: PendingPathShift, between: TimestampBounds): boolean {
  const since = pending.unread?.includes(mark.scope) ? pending.source.startedAt : pending.between.earliest
  return between.earliest > since
}

/** Groups prefixes whose best paths changed in the same way. */
function shiftsOf(
  paths: readonly PrefixPathMove[],
  fresh: readonly PrefixWithRoutesBeforeAndAfter[],
  earlier: ReadonlyMap<string, EarlierStep>,
  isHome: (moved: PrefixPathMove) => boolean,
  isUsual: (moved: PrefixPathMove) => boolean,
): Shift[] {
  const shifts = new Map<string, Shift>()
  const pathsOf = new Map(paths.map((one) => [one.prefix, one]))
  for (const { prefix, before, after } of fresh) {
    const moved = pathsOf.get(prefix)
    if (!moved) continue
    const was = [...(earlier.get(prefix)?.before ?? moved.was)]
    const is = [...moved.is]
    if (was.length === 0 || was.join() === is.join()) continue
    const all = listGatewayNeighbors(after)
    const stillThere = was.every((member) => is.includes(member) || all.includes(member))
    // If prefixes only lose some of their paths, this is reported as one reduction, whatever their usual paths are.
    const isShrunk = is.length > 0 && is.every((member) => was.includes(member))
    const isReturn = isHome(moved) && (!isShrunk || stillThere)
    const kind = {
      stillThere,
      drain: isDrain(before, after),
      ...(isReturn && { isHome: true as const }),
      ...(isReturn && isUsual({ prefix, was, is }) && { isUsual: true as const }),
    }
    const key = JSON.stringify([was, is, kind])
    const shift = shifts.get(key) ?? { prefixes: [], before: was, after: is, ...kind }
    shift.prefixes.push(prefix)
    shifts.set(key, shift)
  }
  return [...shifts.values()]
}

/**
 * Kinds of events about new prefixes. Such an event ends when its prefix is withdrawn. The return to the previous best
 * path is therefore not reported separately.
 */
const KINDS_OF_NEW = new Set<string>(['more_specific', 'own_space_heard'])

/** Reports whether a change is the withdrawal of a prefix that was reported as new. */
function isTakenBack(
  context: DetectionContext,
  { prefix, after }: PrefixWithRoutesBeforeAndAfter,
  between: TimestampBounds,
): boolean {
  if (after.length > 0) return false
  return listLiveEvents(context).some(
    ({ event, prefixes }) =>
      KINDS_OF_NEW.has(event.kind) &&
      prefixes?.includes(prefix) &&
      (event.ended === null || event.ended.latest >= between.latest),
  )
}

/**
 * Minimum number of added prepends that counts as a drain by Microsoft. Before maintenance Microsoft prepends its own
 * ASN to the announcements of an edge router; 8 additional prepends are documented.
 */
const DRAIN_PREPENDS = 3

function isDrain(before: readonly GatewayRouteTableRow[], after: readonly GatewayRouteTableRow[]): boolean {
  const own = ({ asPath }: GatewayRouteTableRow) => asPath.filter((asn) => asn === MSEE_ASN).length
  return after.some((entry) => {
    const was = before.find(
      (other) => other.gateway === entry.gateway && other.peer === entry.peer && other.instance === entry.instance,
    )
    return was !== undefined && own(entry) - own(was) >= DRAIN_PREPENDS
  })
}

const shrinks = (context: DetectionContext, shift: Shift, between: TimestampBounds) =>
  putRouteEvent(context, buildReductionEvent(describePathChange(context, shift), shift, between))

/**
 * Handles prefixes that lost all paths. Prefixes of a declared site are reported as an outage immediately, and so are
 * prefixes of a learned site that has no path left. Other prefixes are reported only when one of their sessions or
 * circuits is known to be lost.
 */
function losesAll(context: DetectionContext, shift: Shift, table: TableWithSites, between: TimestampBounds): void {
  const open = shift.prefixes.filter((prefix) => !table.covered.includes(prefix))
  // A prefix may leave a custom table of a hub because of a change of propagation, so that the loss must be proven.
  if (findCustomHubTable(context.topology, context.mark.scope)) {
    if (open.length > 0) storePendingPathShift(context, { ...shift, prefixes: open }, between)
    return
  }
  const lost = [...context.topology.sites, ...lostOfLearned(context, table)]
  for (const site of lost) {
    const own = open.filter((prefix) => site.prefixes.includes(prefix))
    if (own.length > 0) raiseNoPathEvent(context, { ...shift, prefixes: own }, between, site)
  }
  const reported = new Set(lost.flatMap(({ prefixes }) => prefixes))
  const rest = open.filter((prefix) => !reported.has(prefix))
  if (rest.length > 0) storePendingPathShift(context, { ...shift, prefixes: rest }, between)
}

function lostOfLearned(context: DetectionContext, table: TableWithSites): EvaluatedSite[] {
  return listLearnedSites(context).filter((site) => {
    const entries = table.siteRoutes[site.name]
    return entries !== undefined && isWholeSiteLost(context, site, entries)
  })
}
