import {
  type TimestampBounds,
  doTimestampBoundsOverlap,
  parseGatewayNeighbor,
  type Severity,
} from '#lib/contract/index.ts'
import { type DetectionContext, listLiveEvents, ensureResourceState } from '../../../../model/context.ts'
import { parseNeighborsOfGatewayNeighbors, type RoutesOfChangedPrefixes } from '../../../../model/route.ts'
import { pickProvingPollTimes } from '../../../../model/route-memory.ts'
import { findCustomHubTable, getHubOfTable, isVirtualWanHubScope } from '../../../../model/topology.ts'
import type { LiveEvent, PendingPathShift } from '../../../../model/scope-state.ts'
import { isProvenLossOfConnection } from '../../../facts/emptied-connections.ts'
import { findNeighborPathLosses, isPeerLossUnread } from '../../../facts/loss-explanation.ts'
import { canNeighborRemovalExplainChange } from '../../../facts/neighbor-claims.ts'
import { raiseNoPathEvent } from './no-path.ts'
import { buildReductionEvent, describePathChange } from './path-change.ts'
import { removePrefixesFromPathShift } from './path-change-returns.ts'
import { hasLeftPrimaryCircuit } from './primary-circuit.ts'
import { putRouteEvent } from '../route-event.ts'

const FAILBACK_UNSTABLE_MS = 5 * 60_000

/**
 * Stores a change of best paths as pending, that is, not reported yet. It becomes a failover if a loss explains it, and
 * the loss may become known only by the next poll of another source.
 */
export function storePendingPathShift(
  context: DetectionContext,
  {
    prefixes,
    before,
    after,
    drain,
    changed,
    isHome,
    isUsual,
  }: Pick<PendingPathShift, 'prefixes' | 'before' | 'after' | 'drain' | 'changed' | 'isHome' | 'isUsual'>,
  between: TimestampBounds,
  unread: readonly string[] = [],
): void {
  const name = describePathChange(context, { before, after })
  ensureResourceState(context, context.mark.scope).pending.push({
    source: pickProvingPollTimes(context.mark),
    between,
    prefixes,
    before,
    after,
    drain,
    name,
    ...(changed && { changed }),
    ...(isHome && { isHome }),
    ...(isUsual && { isUsual }),
    ...(unread.length > 0 && { unread: [...unread] }),
  })
}

/**
 * Returns the gateways of these paths whose route tables were last polled before the poll that showed a change. Such a
 * gateway may also have lost the prefix, or have it again. Polls of different tables are up to a minute apart, because
 * Azure's operations take that long.
 */
export function findGatewaysWithUnreadTables(
  { mark }: DetectionContext,
  members: readonly string[],
  { readAt }: Pick<RoutesOfChangedPrefixes, 'readAt'>,
): string[] {
  if (!readAt) return []
  const gateways = members.map((member) => parseGatewayNeighbor(member).gateway)
  const others = new Set(gateways.filter((gateway) => gateway !== mark.scope))
  return [...others].filter((gateway) => (readAt[gateway] ?? mark.startedAt) < mark.startedAt)
}

/**
 * Records that the polled gateway's table was polled after the pending change, so that the change no longer waits for
 * it.
 */
function recordPolled({ mark }: DetectionContext, pending: PendingPathShift): void {
  if (mark.kind !== 'learned' || mark.outcome !== 'ok' || mark.startedAt < pending.source.startedAt) return
  const unread = pending.unread?.filter((gateway) => gateway !== mark.scope)
  if (unread?.length === 0) delete pending.unread
  else if (unread) pending.unread = unread
}

/**
 * Reports pending changes of best paths: as failovers if a loss explains them, otherwise as best_path_shift when their
 * waiting time is over. Returns to the intended paths are not reported.
 */
export function resolvePendingPathShifts(context: DetectionContext): void {
  for (const scope of Object.values(context.scopes)) {
    scope.pending = scope.pending.filter((pending) => !resolve(context, pending))
  }
}

/**
 * Reports or drops a pending change, unless it must wait longer. A gateway that was not polled again within the setting
 * `failback.pending` is assumed to be unchanged.
 * @returns true if the change is no longer pending
 */
function resolve(context: DetectionContext, pending: PendingPathShift): boolean {
  const { between, before, after } = pending
  const { mark, settings } = context
  recordPolled(context, pending)
  const mayWait = mark.finishedAt <= between.latest + settings['failback.pending']
  if (mayWait && (pending.unread || isOfUnlisted(context, pending))) return false
  const left = before.filter((member) => !after.includes(member))
  // The inventory may show the deletion of a connection before the polls of the sessions show the loss.
  const isRemoved = parseNeighborsOfGatewayNeighbors(left).every((neighbor) =>
    canNeighborRemovalExplainChange(context, neighbor, between),
  )
  const losses = left.flatMap((member) => findNeighborPathLosses(context, member, between))
  const isLost = (left.length > 0 && isRemoved) || losses.some(isProvenLossOfConnection)
  const isEarly = mark.finishedAt <= between.latest + settings['burst.slack']
  const isUnread = () => mayWait && left.some((member) => isPeerLossUnread(context, member, between.latest))
  if (!isLost && (isEarly || isUnread())) return false
  if (!isLost && after.length > 0 && (isReturn(context, pending, pending.isHome) || isTakenBack(context, pending)))
    return true
  // If a connection lost all its routes, their ranges have no path, even if the reason is unknown.
  const isExplained = isLost || losses.length > 0
  const proven = isExplained ? pending : withoutStillBrought(pending)
  if (proven.prefixes.length === 0) return true
  const raised =
    after.length > 0
      ? [{ live: shifted(context, proven, isLost), prefixes: proven.prefixes }]
      : isOfUnlisted(context, pending)
        ? []
        : listOutages(context, proven, isExplained)
  const table = getTableScope(before)
  for (const { live, prefixes } of pending.returned ? raised : [])
    removePrefixesFromPathShift(context, live, prefixes, pending.returned ?? between, true, table)
  // A failover to the intended paths is over immediately, because no return to the lost path is expected.
  if (isReturn(context, pending, pending.isUsual))
    for (const { live, prefixes } of raised)
      if (live.event.kind === 'failover') removePrefixesFromPathShift(context, live, prefixes, between, false, table)
  return true
}

/**
 * Returns a change without the prefixes that the former connections still bring. A change of a custom table of a hub may
 * otherwise be a change of its configuration.
 */
const withoutStillBrought = (pending: PendingPathShift): PendingPathShift => {
  const { stillBrought = [] } = pending
  return { ...pending, prefixes: pending.prefixes.filter((prefix) => !stillBrought.includes(prefix)) }
}

/**
 * Reports whether a prefix lost all its paths on a gateway that is not in the inventory. Other gateways may still carry
 * the prefix, but these are unknown.
 */
function isOfUnlisted({ topology }: DetectionContext, { before: [first], after }: PendingPathShift): boolean {
  if (first === undefined || after.length > 0) return false
  const { gateway } = parseGatewayNeighbor(first)
  return !isVirtualWanHubScope(topology, gateway) && !topology.gateways.some(({ scope }) => scope === gateway)
}

/**
 * Reports whether a change led back to the intended paths, which are the declared paths or otherwise the usual paths.
 * @param isHome true if the new paths count as the usual paths
 */
function isReturn(
  context: DetectionContext,
  { before, after, prefixes, name }: PendingPathShift,
  isHome = false,
): boolean {
  const [peersBefore, peersAfter] = [parseNeighborsOfGatewayNeighbors(before), parseNeighborsOfGatewayNeighbors(after)]
  const table = getTableScope(before)
  const shift = { peersBefore, peersAfter, prefixes, table, event: { scope: name?.scope ?? '' } }
  if (hasLeftPrimaryCircuit(context, shift)) return false
  const undone = { peersBefore: peersAfter, peersAfter: peersBefore, prefixes, table, event: { scope: '' } }
  return isHome || hasLeftPrimaryCircuit(context, undone)
}

/**
 * Reports whether a change is the end of a best_path_shift event: the same prefixes came back to the paths from before
 * the event.
 */
function isTakenBack(context: DetectionContext, { before, after, prefixes, between }: PendingPathShift): boolean {
  const scope = getTableScope(before)
  const [left, now] = [parseNeighborsOfGatewayNeighbors(before), parseNeighborsOfGatewayNeighbors(after)].map((peers) =>
    peers.toSorted().join(),
  )
  return listLiveEvents(context).some(
    ({ event: { kind, ended }, table = scope, prefixes: moved = [], peersBefore = [], peersAfter = [] }) =>
      kind === 'best_path_shift' &&
      // Gateways of another hub may have the same names, so the table must be the same, too.
      table === scope &&
      ended !== null &&
      doTimestampBoundsOverlap(ended, between) &&
      peersBefore.toSorted().join() === now &&
      peersAfter.toSorted().join() === left &&
      prefixes.every((prefix) => moved.includes(prefix)),
  )
}

/** Returns the gateway or hub whose table shows these paths. */
const getTableScope = ([first = '']: readonly string[]): string => parseGatewayNeighbor(first).gateway

/**
 * Raises the outages of prefixes that lost all paths. In a custom table of a hub, prefixes of declared sites belong to
 * an outage of their site. The outage of other prefixes is raised only if another event explains it.
 */
function listOutages(
  context: DetectionContext,
  pending: PendingPathShift,
  isExplained: boolean,
): { live: LiveEvent; prefixes: string[] }[] {
  const { between, source, prefixes } = pending
  const isCustom = findCustomHubTable(context.topology, getTableScope(pending.before)) !== undefined
  const sites = isCustom ? context.topology.sites : []
  const ofSites = sites.flatMap((site) => {
    const own = prefixes.filter((prefix) => site.prefixes.includes(prefix))
    return own.length > 0 ? [{ site, own }] : []
  })
  const rest = prefixes.filter((prefix) => ofSites.every(({ own }) => !own.includes(prefix)))
  const groups = [...ofSites, ...(isExplained && rest.length > 0 ? [{ site: null, own: rest }] : [])]
  return groups.map(({ site, own }) => ({
    live: raiseNoPathEvent(context, { ...pending, prefixes: own }, between, site, source),
    prefixes: own,
  }))
}

/** Reports whether a custom table of a hub lost some of several equal paths, and the others are still used. */
const isReduction = ({ topology }: DetectionContext, { before, after }: PendingPathShift): boolean =>
  after.every((member) => before.includes(member)) && findCustomHubTable(topology, getTableScope(before)) !== undefined

function shifted(context: DetectionContext, pending: PendingPathShift, isLost: boolean): LiveEvent {
  const { prefixes, before, after, between } = pending
  const name = pending.name ?? describePathChange(context, pending)
  const [first] = before
  // A circuit without connections already belongs to another group. If this group stored a state for the circuit, it
  // would overwrite the state that the other group stores. Therefore the event belongs to the gateway.
  const scope =
    name.scope in context.scopes || !first ? name.scope : getHubOfTable(context.topology, getTableScope(before))
  if (isReduction(context, pending)) {
    const reduction = buildReductionEvent({ ...name, scope }, pending, between)
    return putRouteEvent(context, {
      ...reduction,
      proof: pending.source,
      table: getTableScope(before),
      isOver: pending.returned !== undefined,
    })
  }
  const live = putRouteEvent(context, {
    kind: isLost ? 'failover' : 'best_path_shift',
    scope,
    subject: name.subject,
    severity: isLost ? failoverSeverity(name.level) : 'minor',
    started: between,
    prefixes,
    peers: parseNeighborsOfGatewayNeighbors(before),
    peersAfter: parseNeighborsOfGatewayNeighbors(after),
    changed: pending.changed,
    flags: [`scope:${name.level}`, ...(pending.drain && !isLost ? ['drain'] : [])],
    proof: pending.source,
    table: getTableScope(before),
    isOver: pending.returned !== undefined,
  })
  if (isLost) markUnstable(context, live)
  return live
}

/**
 * Returns the severity of a failover. A change to another gateway has the same severity as a change to another circuit,
 * because no part of the former path is used any more.
 */
const failoverSeverity = (level: string): Severity =>
  level === 'transport' ? 'critical' : level === 'path' ? 'warning' : 'major'

function markUnstable(context: DetectionContext, failover: LiveEvent): void {
  for (const live of listLiveEvents(context)) {
    const { kind, subject, scope, started } = live.event
    const isSame =
      kind === 'failback' &&
      subject === failover.event.subject &&
      scope === failover.event.scope &&
      live.table === failover.table
    if (
      isSame &&
      failover.event.started.earliest - started.latest < FAILBACK_UNSTABLE_MS &&
      !live.event.flags.includes('unstable')
    ) {
      live.event = { ...live.event, flags: [...live.event.flags, 'unstable'] }
    }
  }
}
