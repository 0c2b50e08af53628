import { isAnnouncedByMicrosoft } from '#lib/bgp/index.ts'
import { parsePathSubject, parsePeeringType } from '#lib/contract/index.ts'
import type { RouteTableChangeSignal, PollSignal } from '../../../model/signal.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import { computeChangeBounds } from '../../../model/route.ts'
import type { EmptiedRouteTable, ProvingPollTimes } from '../../../model/route-memory.ts'
import {
  storeEmptyTableFinding,
  buildEmptiedTableData,
  createPrefixCountEvidence,
  deleteEmptyTableFinding,
  isTableEmpty,
  takeConfirmedEmptyTable,
} from './emptied-table.ts'
import { putRouteEvent } from './route-event.ts'

/** Number of prefixes that Microsoft announces on a path, before and after a poll of the path's route table. */
interface Found extends EmptiedRouteTable {
  before: number
  after: number
}

/**
 * Raises microsoft_prefixes_changed if the number of prefixes from Microsoft on a path of Microsoft peering changed.
 * These prefixes are the rows of the edge router's table whose AS path begins with Microsoft's own network. If the
 * table is empty, a second poll of the table must confirm it. The session summary cannot confirm it, because it counts
 * only the customer's prefixes.
 */
export function detectMicrosoftPrefixLoss(context: DetectionContext, signals: readonly PollSignal[]): void {
  const { mark } = context
  if (mark.kind !== 'tables' || mark.outcome !== 'ok') return
  if (parsePeeringType(parsePathSubject(mark.subresource).peering) !== 'microsoft') return
  const { fromMicrosoft: counts } = ensureResourceState(context, mark.scope)
  const before = counts[mark.subresource]
  const reported = signals.find(
    (signal): signal is RouteTableChangeSignal => signal.type === 'routes' && signal.fromMicrosoft !== undefined,
  )
  if (!reported) {
    const emptied = takeConfirmedEmptyTable(context)
    if (emptied) raise(context, { ...emptied, before: before ?? 0, after: 0 })
    return
  }
  deleteEmptyTableFinding(context)
  const after = reported.fromMicrosoft ?? 0
  if (before === undefined || before === after || mark.previousOkAt === null) {
    counts[mark.subresource] = after
    return
  }
  const changed = changedIn(reported, mark)
  if (isTableEmpty(reported)) storeEmptyTableFinding(context, changed)
  else raise(context, { ...changed, before, after })
}

function raise(context: DetectionContext, { proof, started, prefixes, before, after }: Found): void {
  const { mark, settings } = context
  const isMuch = after === 0 || Math.abs(after - before) >= settings['microsoft.change'] * before
  ensureResourceState(context, mark.scope).fromMicrosoft[mark.subresource] = after
  putRouteEvent(context, {
    kind: 'microsoft_prefixes_changed',
    scope: mark.scope,
    subject: mark.subresource,
    severity: isMuch ? 'warning' : 'info',
    started,
    prefixes,
    peers: [],
    proof,
    evidence: [createPrefixCountEvidence('prefixes from Microsoft', before, after, proof)],
  })
}

function changedIn({ changes }: RouteTableChangeSignal, proof: ProvingPollTimes): EmptiedRouteTable {
  const own = changes.filter(
    ({ op, before, after }) => op !== 'change' && [...before, ...after].some(isAnnouncedByMicrosoft),
  )
  const prefixes = own.map(({ prefix }) => prefix)
  return buildEmptiedTableData(proof, computeChangeBounds(own.length > 0 ? own : changes), prefixes)
}
