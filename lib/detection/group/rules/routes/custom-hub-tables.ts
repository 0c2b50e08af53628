import { type RouteChange, parseGatewayNeighbor, parseHubConnectionName } from '#lib/contract/index.ts'
import { closeEvent } from '../../../model/event-condition.ts'
import { type DetectionContext, ensureResourceState, isEventOpen, listLiveEvents } from '../../../model/context.ts'
import type { RoutesOfChangedPrefixes } from '../../../model/route.ts'
import type { PendingPathShift } from '../../../model/scope-state.ts'
import {
  findCustomHubTable,
  findGatewayOfHubRow,
  isVirtualWanHubScope,
  parseHubRowConnection,
} from '../../../model/topology.ts'

/**
 * Records, for each new change of a custom table's paths, the prefixes that the former connections still bring to the
 * hub. If a connection still brings a prefix, its propagation or association may have been changed, so the change is
 * reported only if another event shows a loss (ADR 0384).
 */
export function recordStillBroughtPrefixes(
  context: DetectionContext,
  { connectionRoutes = [] }: RoutesOfChangedPrefixes,
): void {
  const { mark, topology } = context
  if (!findCustomHubTable(topology, mark.scope)) return
  const current = connectionRoutes.filter(({ until }) => until === null)
  const { pending } = ensureResourceState(context, mark.scope)
  for (const shift of pending) {
    if (shift.stillBrought || shift.source.startedAt !== mark.startedAt) continue
    shift.stillBrought = shift.prefixes.filter((prefix) =>
      listLeftConnections(context, shift).some(
        (left) =>
          left === null ||
          current.some(
            (route) =>
              route.prefix === prefix &&
              route.gateway === left.gateway &&
              (left.connection === null || route.connection === left.connection),
          ),
      ),
    )
  }
}

/**
 * Removes the prefixes that a connection withdraws in this poll from the prefixes that it still brings. The tables of a
 * hub and of its connections are polled at different times.
 */
export function removeWithdrawnFromStillBrought(context: DetectionContext, changes: readonly RouteChange[]): void {
  const { mark, topology, scopes } = context
  const connection = parseHubConnectionName(mark.subresource)
  const withdrawn = new Set(changes.flatMap(({ prefix, after }) => (after.length === 0 ? prefix : [])))
  for (const { scope, table } of topology.hubs ?? []) {
    if (!table) continue
    for (const shift of scopes[scope]?.pending ?? []) {
      const isOfConnection = listLeftConnections(context, shift).every(
        (left) => left?.gateway === mark.scope && (left.connection ?? connection) === connection,
      )
      if (isOfConnection && shift.stillBrought)
        shift.stillBrought = shift.stillBrought.filter((prefix) => !withdrawn.has(prefix))
    }
  }
}

/**
 * Returns the gateways and connections whose paths a change has left; `connection` null = not known. A path that does
 * not lead over a gateway of the hub is null.
 */
function listLeftConnections(
  { topology }: DetectionContext,
  { before, after }: PendingPathShift,
): ({ gateway: string; connection: string | null } | null)[] {
  return before
    .filter((member) => !after.includes(member))
    .map((member) => {
      const { gateway: table, neighbor } = parseGatewayNeighbor(member)
      const gateway = findGatewayOfHubRow(topology, table, neighbor)
      return gateway === null ? null : { gateway, connection: parseHubRowConnection(neighbor) }
    })
}

/**
 * Ends events that only removed tables of a hub show. A table counts as removed if it is not listed any more, or if no
 * connection is associated with it.
 */
export function endEventsOfRemovedTables(context: DetectionContext): void {
  const { mark, topology } = context
  const isKnown = (scope: string) => isVirtualWanHubScope(topology, scope)
  for (const live of listLiveEvents(context)) {
    if (!isEventOpen(live) || live.hub === undefined || !isKnown(live.hub)) continue
    const further = Object.entries(live.furtherTables ?? {}).filter(([scope]) => isKnown(scope))
    if (live.furtherTables) live.furtherTables = Object.fromEntries(further)
    if (live.table === undefined || isKnown(live.table)) continue
    live.prefixes = []
    if (further.every(([, prefixes]) => prefixes.length === 0))
      closeEvent(live, { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt })
  }
}
