import { DEFAULT_ROUTES } from '#lib/bgp/index.ts'
import {
  DEFAULT_HUB_TABLE,
  parseHubConnectionName,
  type RouteChange,
  type TimestampBounds,
} from '#lib/contract/index.ts'
import { type DetectionContext, ensureResourceState, isEventOpen, listLiveEvents } from '../../../model/context.ts'
import { closeEvent } from '../../../model/event-condition.ts'
import { findNeighborCarryingPath } from '../../../model/route.ts'
import { pickProvingPollTimes } from '../../../model/route-memory.ts'
import type { LiveEvent, PendingDefaultRoute } from '../../../model/scope-state.ts'
import { findGatewayOfHubRow, getHubOfTable, parseHubRowConnection } from '../../../model/topology.ts'
import { isFreshnessUsable } from '../../../verdict/index.ts'
import { isWithinHoldTime } from '../../facts/hold-time.ts'
import { getSourceFreshness } from '../../facts/last-answer.ts'
import { createTableEvidence, joinEvent, listGatewaysOfPeers, putRouteEvent } from './route-event.ts'

/** Stores the last appearance or disappearance of each default route that a connection of a hub's gateway brings. */
export function recordBroughtDefaultRoutes(context: DetectionContext, changes: readonly RouteChange[]): void {
  const connection = parseHubConnectionName(context.mark.subresource)
  const fresh = changes.flatMap(({ prefix, before, after, between }) =>
    connection !== null && DEFAULT_ROUTES.has(prefix) && before.length > 0 !== after.length > 0
      ? [{ connection, prefix, isBrought: after.length > 0, between }]
      : [],
  )
  if (fresh.length === 0) return
  const state = ensureResourceState(context, context.mark.scope)
  const others = (state.broughtDefaults ?? []).filter(
    (known) => !fresh.some((one) => one.connection === known.connection && one.prefix === known.prefix),
  )
  state.broughtDefaults = [...others, ...fresh]
}

/**
 * Stores the appearance or disappearance of a default route in a custom table of a hub, which is reported only if it is
 * proven (ADR 0384). If it ends an event of this table, or undoes a change that is not reported yet, nothing is stored.
 */
export function storePendingDefaultRoute(
  context: DetectionContext,
  { kind, prefix, peers, between, causes }: Omit<PendingDefaultRoute, 'source'>,
): void {
  const { mark } = context
  const opposite = listLiveEvents(context).find(
    (live) =>
      isEventOpen(live) &&
      (live.table === mark.scope || live.furtherTables?.[mark.scope] !== undefined) &&
      live.event.subject === prefix &&
      live.event.kind !== kind &&
      kindsOfDefaultRoutes.has(live.event.kind) &&
      mayBeOfSameCarrier(live.peersBefore, peers),
  )
  if (opposite) {
    endDefaultRouteEventInTable(context, opposite, between)
    return
  }
  const state = ensureResourceState(context, mark.scope)
  const known = state.pendingDefaults ?? []
  const isUndone = (one: PendingDefaultRoute) =>
    one.prefix === prefix && one.kind !== kind && mayBeOfSameCarrier(one.peers, peers)
  const left = known.filter((one) => !isUndone(one))
  const added = { kind, prefix, peers, between, causes, source: pickProvingPollTimes(mark) }
  state.pendingDefaults = left.length < known.length ? left : [...left, added]
}

/**
 * Ends the event of a default route for the polled table. The event itself ends if no further table of the hub shows it
 * (ADR 0384).
 */
export function endDefaultRouteEventInTable(
  { mark }: DetectionContext,
  live: LiveEvent,
  between: TimestampBounds,
): void {
  const tables = { [live.table ?? mark.scope]: live.prefixes ?? [], ...live.furtherTables }
  const [first, ...others] = Object.entries(tables).filter(
    ([table, prefixes]) => table !== mark.scope && prefixes.length > 0,
  )
  if (!first) {
    closeEvent(live, between)
    return
  }
  live.table = first[0]
  live.prefixes = first[1]
  live.furtherTables = Object.fromEntries(others)
}

/**
 * Reports whether peers of two tables, or of two polls, are of the same gateways and may be of the same connection. Only
 * some rows show the connection.
 */
function mayBeOfSameCarrier(some: readonly string[] = [], others: readonly string[]): boolean {
  if (listGatewaysOfPeers(some) !== listGatewaysOfPeers(others)) return false
  return some.some((peer) =>
    others.some((other) => {
      const [one, another] = [parseHubRowConnection(peer), parseHubRowConnection(other)]
      return one === null || another === null || one === another
    }),
  )
}

const kindsOfDefaultRoutes: ReadonlySet<string> = new Set<PendingDefaultRoute['kind']>([
  'default_route_appeared',
  'default_route_disappeared',
])

/** Reports stored changes of default routes in custom tables of hubs that are proven, and drops those that are not. */
export function resolvePendingDefaultRoutes(context: DetectionContext): void {
  for (const [table, state] of Object.entries(context.scopes)) {
    const left = (state.pendingDefaults ?? []).filter((pending) => !resolve(context, table, pending))
    if (left.length > 0) state.pendingDefaults = left
    else delete state.pendingDefaults
  }
}

/**
 * Reports a change if the connections that bring the default route changed it, too. If another table of the hub shows
 * the same change, the custom table joins the event of that table. Nothing is reported if that event has ended, or if
 * the change only ends an event of another table, because the next poll of the custom table may undo the change.
 * @returns true if the change is no longer pending
 */
function resolve(context: DetectionContext, table: string, pending: PendingDefaultRoute): boolean {
  const { topology, mark, settings } = context
  const { kind, prefix, peers, between, causes, source } = pending
  const hub = getHubOfTable(topology, table)
  const mayWait = mark.finishedAt <= between.latest + settings['failback.pending']
  const ofHub = getSourceFreshness(context, { scope: hub, subresource: DEFAULT_HUB_TABLE, kind: 'tables' })
  const isHubUnread = isFreshnessUsable(ofHub.state) && ofHub.at !== null && ofHub.at < source.startedAt
  if (mark.finishedAt <= between.latest + settings['burst.slack'] || (mayWait && isHubUnread)) return false
  const alike = listLiveEvents(context).filter(({ event, table: other = '', furtherTables, peersBefore }) => {
    const started = event.kind === kind ? event.started : event.ended
    return (
      kindsOfDefaultRoutes.has(event.kind) &&
      event.subject === prefix &&
      other !== table &&
      furtherTables?.[table] === undefined &&
      getHubOfTable(topology, other) === hub &&
      started !== null &&
      isWithinHoldTime(context, { started: between }, { started }) &&
      mayBeOfSameCarrier(peersBefore, peers)
    )
  })
  const same = alike.find((live) => live.event.kind === kind && isEventOpen(live))
  if (same) {
    same.hub = hub
    joinEvent(same, table, { prefixes: [prefix] }, createTableEvidence(context, table, source))
    return true
  }
  if (alike.length > 0) return !mayWait
  if (!peers.every((peer) => isChangeOfConnection(context, table, peer, pending))) return !mayWait
  const [first = ''] = peers
  putRouteEvent(context, {
    kind,
    scope: findNeighborCarryingPath(context, table, first).circuit ?? hub,
    subject: prefix,
    severity: 'major',
    started: between,
    prefixes: [prefix],
    peers,
    causes,
    proof: source,
    table,
  })
  return true
}

/** Reports whether a connection of a peer's gateway began or stopped to bring the default route at that time. */
function isChangeOfConnection(
  context: DetectionContext,
  table: string,
  peer: string,
  { kind, prefix, between }: PendingDefaultRoute,
): boolean {
  const gateway = findGatewayOfHubRow(context.topology, table, peer)
  const connection = parseHubRowConnection(peer)
  return (context.scopes[gateway ?? '']?.broughtDefaults ?? []).some(
    (one) =>
      one.prefix === prefix &&
      one.isBrought === (kind === 'default_route_appeared') &&
      (connection === null || one.connection === connection) &&
      isWithinHoldTime(context, { started: between }, { started: one.between }),
  )
}
