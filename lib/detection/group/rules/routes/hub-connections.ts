import { parseHubConnectionName } from '#lib/contract/index.ts'
import type { RouteTableChangeSignal, PollSignal } from '../../../model/signal.ts'
import { recordEmptiedConnectionReasons } from '../../facts/emptied-connections.ts'
import { closeEvent } from '../../../model/event-condition.ts'
import { type DetectionContext, findOpenEvent } from '../../../model/context.ts'
import { computeChangeBounds } from '../../../model/route.ts'
import type { EmptiedRouteTable } from '../../../model/route-memory.ts'
import {
  storeEmptyTableFinding,
  buildEmptiedTableData,
  createPrefixCountEvidence,
  deleteEmptyTableFinding,
  isTableEmpty,
  takeConfirmedEmptyTable,
} from './emptied-table.ts'
import { putRouteEvent } from './route-event.ts'

/**
 * Raises hub_connection_emptied if a connection of a Virtual WAN hub had prefixes and now has none. A second poll must
 * find the table empty, too, because Azure reports no sessions of a hub that could confirm it. The event ends when a
 * prefix returns (docs/rules/events.md, gateways).
 */
export function applyHubConnectionRules(context: DetectionContext, signals: readonly PollSignal[]): void {
  detectEmptiedHubConnection(context, signals)
  recordEmptiedConnectionReasons(context)
}

function detectEmptiedHubConnection(context: DetectionContext, signals: readonly PollSignal[]): void {
  const { mark } = context
  const connection = parseHubConnectionName(mark.subresource)
  if (mark.kind !== 'learned' || mark.outcome !== 'ok' || connection === null) return
  const reported = signals.find(
    (signal): signal is RouteTableChangeSignal => signal.type === 'routes' && signal.kind === 'learned',
  )
  if (!reported) {
    const emptied = takeConfirmedEmptyTable(context)
    if (emptied) raise(context, connection, emptied)
    return
  }
  deleteEmptyTableFinding(context)
  const between = computeChangeBounds(reported.changes)
  if (!isTableEmpty(reported)) {
    const open = findOpenEvent(context, 'hub_connection_emptied', mark.scope, connection)
    if (open) closeEvent(open, between)
    return
  }
  if (mark.previousOkAt === null) return
  const prefixes = reported.changes.map(({ prefix }) => prefix)
  storeEmptyTableFinding(context, buildEmptiedTableData(mark, between, prefixes))
}

function raise(context: DetectionContext, connection: string, { proof, started, prefixes }: EmptiedRouteTable): void {
  putRouteEvent(context, {
    kind: 'hub_connection_emptied',
    scope: context.mark.scope,
    subject: connection,
    severity: 'major',
    started,
    prefixes,
    peers: [connection],
    proof,
    evidence: [createPrefixCountEvidence('prefixes of the connection', prefixes.length, 0, proof)],
  })
}
