import type { TimestampBounds, EventKind } from '#lib/contract/index.ts'
import { closeEvent } from '../../../../model/event-condition.ts'
import { type DetectionContext, isEventOpen, listLiveEvents, ensureResourceState } from '../../../../model/context.ts'
import { selectBestRoutes } from '../../../../model/best-routes.ts'
import { putRouteEvent } from '../route-event.ts'
import {
  listGatewayNeighbors,
  type PrefixWithRoutesBeforeAndAfter,
  parseNeighborsOfGatewayNeighbors,
  type RoutesOfChangedPrefixes,
} from '../../../../model/route.ts'
import { LEARNED_SITE_FLAG } from '../../sites/index.ts'
import type { LiveEvent } from '../../../../model/scope-state.ts'
import {
  findGatewayOfHubRow,
  isVirtualWanHubScope,
  parseHubRowConnection,
  parseHubRowGateway,
} from '../../../../model/topology.ts'
import { hasLeftPrimaryCircuit } from './primary-circuit.ts'
import { hasPrefixUsualPaths, type PrefixPathMove, type UsualPathsByPrefix } from './usual-paths.ts'

/**
 * Returns the prefixes whose best paths are again the ones from before a reported or pending change. An open event ends
 * when the last of its prefixes has returned. If a change is still pending, because a loss may explain it, the change
 * and its end are later reported together.
 * @param home prefixes that have their usual best paths again, so that their open best_path_shift events and pending
 *   changes are over
 * @param usual prefixes that have known usual best paths and use them again. Their failovers from other paths, for
 *   example from a lost backup, are over, because no return to these paths is expected
 */
export function findReturnedPrefixes(
  context: DetectionContext,
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: RoutesOfChangedPrefixes,
  between: TimestampBounds,
  home: ReadonlySet<string>,
  usual: ReadonlySet<string> = new Set(),
): Set<string> {
  const returned = new Set<string>()
  // All open events are collected before any of them ends. The paths that a failover left also depend on open
  // ecmp_reduced events, which this function may end.
  const shifts = listLiveEvents(context)
    .filter((live) => isEventOpen(live) && shiftKinds.has(live.event.kind) && isJudgedByTable(context, live))
    .map((live) => ({ live, before: live.event.kind === 'failover' ? leftBy(context, live) : live.peersBefore }))
  for (const { live, before = [] } of shifts) {
    const lost = getPrefixesInTable(live, context.mark.scope)
    if (!lost) continue
    // The outage of a learned site ends with the first prefix that returns (see endOutage in site-rules.ts).
    if (live.event.kind === 'no_path' && live.event.flags.includes(LEARNED_SITE_FLAG)) continue
    const { kind } = live.event
    const shift = { prefixes: lost, before, after: live.peersAfter ?? [], any: enoughFor[kind] ?? null }
    const replaced = kind === 'ecmp_reduced' ? findReplacedByCover(lost, moved, table) : []
    if (replaced.length > 0) removePrefixesFromPathShift(context, live, replaced, between, false)
    const back = backAgain(context, moved, table, shift, kind === 'best_path_shift' ? home : undefined)
    if (kind === 'failover' && !hasLeftPrimaryCircuit(context, live)) {
      const onUsual = lost.filter((prefix) => usual.has(prefix) && !back.includes(prefix))
      for (const prefix of onUsual) returned.add(prefix)
      if (onUsual.length > 0) {
        removePrefixesFromPathShift(context, live, onUsual, between, false)
        endReductionsOfGuests(context, live, onUsual, between)
      }
    }
    if (back.length === 0 || !isEventOpen(live)) continue
    for (const prefix of back) returned.add(prefix)
    removePrefixesFromPathShift(context, live, back, between)
    if (kind === 'failover' || kind === 'best_path_shift') endReductionsOfGuests(context, live, back, between)
  }
  const waiting = ensureResourceState(context, context.mark.scope)
  waiting.pending = waiting.pending.flatMap((pending) => {
    if (pending.returned) return [pending]
    const { prefixes, before, after } = pending
    const shift = {
      prefixes,
      before: parseNeighborsOfGatewayNeighbors(before),
      after: parseNeighborsOfGatewayNeighbors(after),
      any: after.length === 0 ? ('at all' as const) : null,
    }
    const back = backAgain(context, moved, table, shift, home)
    if (back.length === 0) return [pending]
    for (const prefix of back) returned.add(prefix)
    const rest = prefixes.filter((prefix) => !back.includes(prefix))
    const ended = { ...pending, prefixes: back, returned: between }
    return rest.length > 0 ? [ended, { ...pending, prefixes: rest }] : [ended]
  })
  return returned
}

/**
 * Reports whether the polled table shows the paths of an event. The table of a hub shows the paths of this hub only, and
 * other tables show the paths outside hubs.
 */
export function isJudgedByTable(
  { topology, mark }: DetectionContext,
  { event, table, furtherTables, peersBefore = [] }: LiveEvent,
): boolean {
  if (table !== undefined) return table === mark.scope || furtherTables?.[mark.scope] !== undefined
  // events of older versions do not name the table
  const hub = (topology.hubs ?? []).find(
    ({ scope }) =>
      event.flags.includes(`gateway:${scope}`) ||
      peersBefore.some((peer) => findGatewayOfHubRow(topology, scope, peer) !== null),
  )
  return hub === undefined ? !isVirtualWanHubScope(topology, mark.scope) : hub.scope === mark.scope
}

/** Returns the prefixes of an event that a route table shows; undefined if the event is not about prefixes. */
const getPrefixesInTable = ({ prefixes, furtherTables }: LiveEvent, table: string): string[] | undefined =>
  furtherTables?.[table] ?? prefixes

/**
 * Ends ecmp_reduced events (fewer equal paths) about prefixes that an earlier change had moved to another circuit, when
 * the prefixes leave that circuit again. No restoration is reported, because the prefixes no longer use the reduced
 * paths.
 */
function endReductionsOfGuests(
  context: DetectionContext,
  { event: shift, peersAfter = [] }: LiveEvent,
  back: readonly string[],
  between: TimestampBounds,
): void {
  for (const live of listLiveEvents(context)) {
    const isLater = live.event.kind === 'ecmp_reduced' && live.event.started.earliest >= shift.started.earliest
    if (!isLater || !isEventOpen(live) || !isJudgedByTable(context, live)) continue
    if (!live.peersBefore?.some((peer) => peersAfter.includes(peer))) continue
    const own = getPrefixesInTable(live, context.mark.scope) ?? []
    const guests = own.filter((prefix) => back.includes(prefix))
    if (guests.length > 0) removePrefixesFromPathShift(context, live, guests, between, false)
  }
}

/**
 * Returns the neighbors that traffic left in a failover. If paths fell one after the other, these are all neighbors
 * from before the first fall. The failover is over as soon as one of them is used again.
 */
function leftBy(
  context: DetectionContext,
  { event, table, prefixes = [], peersBefore = [], peersAfter = [] }: LiveEvent,
): string[] {
  const reductions = listLiveEvents(context).filter(
    (live) =>
      live.event.kind === 'ecmp_reduced' &&
      (live.table === table || (table !== undefined && live.furtherTables?.[table] !== undefined)) &&
      isEventOpen(live) &&
      live.event.started.latest <= event.started.latest &&
      getPrefixesInTable(live, table ?? '')?.some((prefix) => prefixes.includes(prefix)),
  )
  const home = new Set([...peersBefore, ...reductions.flatMap((live) => live.peersBefore ?? [])])
  return [...home].filter((peer) => !peersAfter.includes(peer))
}

/**
 * The condition under which a prefix counts as back.
 * - 'at all': it has any path, after an outage
 * - 'one of the former': it uses any path from before a failover, whatever other paths it uses
 * - 'all of the former': it uses all paths from before a reduction. If the paths of several gateways were reduced one
 *   after the other, they may return in another order, so that more paths are used
 * - 'the former alone': it uses only paths from before a deviation
 * - null: it uses exactly the former paths
 */
type Enough = 'at all' | 'one of the former' | 'all of the former' | 'the former alone' | null

const enoughFor: Partial<Record<EventKind, Enough>> = {
  no_path: 'at all',
  ecmp_reduced: 'all of the former',
  failover: 'one of the former',
  intent_deviation: 'the former alone',
}

/**
 * Returns the peer in `before` that means the same path as a peer in a row of a hub's table. The two texts may differ
 * because only one of them names the connection of the gateway. Null if the change was between connections of this
 * gateway, because the row then does not show which connection is used.
 */
function findFormerHubRowPeer(
  peer: string,
  { before, after }: { before: readonly string[]; after: readonly string[] },
): string | null {
  const gateway = parseHubRowGateway(peer)
  if (gateway === null || after.some((one) => parseHubRowGateway(one) === gateway)) return null
  const former = before.filter((one) => parseHubRowGateway(one) === gateway)
  const isUnnamed = (one: string) => parseHubRowConnection(one) === null
  return former.includes(peer) ? null : (former.find((one) => isUnnamed(one) || isUnnamed(peer)) ?? null)
}

/** Returns the prefixes of a change that count as back. */
function backAgain(
  { topology }: DetectionContext,
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  table: RoutesOfChangedPrefixes,
  shift: { prefixes: readonly string[]; before: readonly string[]; after: readonly string[]; any: Enough },
  home?: ReadonlySet<string>,
): string[] {
  const before = new Set(shift.before)
  return moved.flatMap(({ prefix, after }) => {
    if (!shift.prefixes.includes(prefix)) return []
    const neighbors = parseNeighborsOfGatewayNeighbors(listGatewayNeighbors(selectBestRoutes(after, topology)))
    const now = neighbors.map((peer) => findFormerHubRowPeer(peer, shift) ?? peer)
    const isEveryFormer = now.length > 0 && now.every((peer) => before.has(peer))
    const isBack = () => {
      switch (shift.any) {
        case 'at all':
          return after.length > 0 || table.covered.includes(prefix)
        case 'one of the former':
          return now.some((peer) => before.has(peer))
        case 'all of the former':
          return shift.before.every((peer) => now.includes(peer))
        case 'the former alone':
          return isEveryFormer
        case null:
          return isEveryFormer && now.length === before.size
      }
    }
    return home?.has(prefix) || isBack() ? [prefix] : []
  })
}

/**
 * Ends best_path_shift events whose new paths have become the usual paths, at the time when these paths are left again.
 * The paths from before the event are then no longer the usual paths, so their return is not awaited.
 */
export function endInvertedPathShifts(
  context: DetectionContext,
  paths: readonly PrefixPathMove[],
  usual: UsualPathsByPrefix,
  between: TimestampBounds,
): void {
  for (const live of listLiveEvents(context)) {
    if (live.event.kind !== 'best_path_shift' || !isEventOpen(live) || hasLeftPrimaryCircuit(context, live)) continue
    if (!isJudgedByTable(context, live)) continue
    const left = live.peersBefore ?? []
    const over = paths.flatMap((one) => {
      const known = usual.get(one.prefix)
      const isLeft = known && parseNeighborsOfGatewayNeighbors(known.split(',')).some((peer) => left.includes(peer))
      const isOver = known && !isLeft && !hasPrefixUsualPaths(context, usual, one)
      return isOver && getPrefixesInTable(live, context.mark.scope)?.includes(one.prefix) ? [one.prefix] : []
    })
    if (over.length === 0) continue
    removePrefixesFromPathShift(context, live, over, between)
    if (!isEventOpen(live)) live.event = { ...live.event, flags: [...live.event.flags, 'baseline'] }
  }
}

/** Returns the prefixes of a reduction that were withdrawn and whose addresses a shorter prefix carries now. */
function findReplacedByCover(
  prefixes: readonly string[],
  moved: readonly PrefixWithRoutesBeforeAndAfter[],
  { covered }: RoutesOfChangedPrefixes,
): string[] {
  const isReplaced = ({ prefix, after }: PrefixWithRoutesBeforeAndAfter) =>
    after.length === 0 && covered.includes(prefix)
  return moved.flatMap((one) => (isReplaced(one) && prefixes.includes(one.prefix) ? [one.prefix] : []))
}

/**
 * Removes prefixes from an open event about changed paths. The event ends when its last prefix is removed in every
 * route table that shows it. Then the opposite event is reported if there is one: failback after a failover,
 * ecmp_restored after a reduction that left only some of the former neighbors.
 * @param isRestored false = the prefixes moved to other paths, so no opposite event is reported
 * @param table scope of the route table in which the prefixes are removed
 */
export function removePrefixesFromPathShift(
  context: DetectionContext,
  live: LiveEvent,
  back: readonly string[],
  between: TimestampBounds,
  isRestored = true,
  table = context.mark.scope,
): void {
  const left = (getPrefixesInTable(live, table) ?? []).filter((prefix) => !back.includes(prefix))
  if (live.furtherTables?.[table]) live.furtherTables = { ...live.furtherTables, [table]: left }
  else live.prefixes = left
  const all = [live.prefixes ?? [], ...Object.values(live.furtherTables ?? {})]
  if (!isEventOpen(live) || all.some((prefixes) => prefixes.length > 0)) return
  closeEvent(live, between)
  const pair = pairOf(live)
  if (!pair || !isRestored) return
  putRouteEvent(context, {
    kind: pair,
    scope: live.event.scope,
    subject: live.event.subject,
    severity: 'info',
    started: between,
    prefixes: [...back],
    peers: live.peersAfter ?? [],
    peersAfter: live.peersBefore ?? [],
    table: live.table ?? context.mark.scope,
  })
}

const shiftKinds = new Set<string>(['ecmp_reduced', 'failover', 'best_path_shift', 'no_path', 'intent_deviation'])

function pairOf({ event, peersBefore = [], peersAfter = [] }: LiveEvent): 'ecmp_restored' | 'failback' | null {
  if (event.kind === 'failover') return 'failback'
  if (event.kind === 'intent_deviation') return null
  const wasShrunk = peersAfter.length > 0 && peersAfter.every((peer) => peersBefore.includes(peer))
  return wasShrunk ? 'ecmp_restored' : null
}
