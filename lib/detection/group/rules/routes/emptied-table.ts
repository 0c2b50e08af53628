import type { TimestampBounds, Evidence } from '#lib/contract/index.ts'
import { type DetectionContext, ensureResourceState } from '../../../model/context.ts'
import { getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../../model/recheck.ts'
import { type EmptiedRouteTable, type ProvingPollTimes, pickProvingPollTimes } from '../../../model/route-memory.ts'
import type { ResourceState } from '../../../model/scope-state.ts'
import type { RouteTableChangeSignal } from '../../../model/signal.ts'

/**
 * Handling of route tables that became empty. An empty response may be an error. Unless another source confirms it, the
 * table counts as empty only if the next poll finds it empty, too (docs/rules/detection.md 2.0).
 */

/** Maximum number of prefixes stored with an emptied table; the route history contains all of them. */
const KEPT = 200

/** Reports whether a table has no rows from any peer. */
export const isTableEmpty = ({ sizes }: RouteTableChangeSignal): boolean =>
  Object.values(sizes).every((size) => size === 0)

/**
 * Returns the data for an event about a table that this poll found empty. The event is raised later, when a second poll
 * confirms it.
 */
export const buildEmptiedTableData = (
  proof: ProvingPollTimes,
  started: TimestampBounds,
  prefixes: readonly string[],
): EmptiedRouteTable => ({
  proof: pickProvingPollTimes(proof),
  started,
  prefixes: prefixes.slice(0, KEPT),
})

/** Stores that this poll found the polled table empty. The event is raised when the next poll confirms it. */
export function storeEmptyTableFinding(context: DetectionContext, emptied: EmptiedRouteTable): void {
  ensureResourceState(context, context.mark.scope).emptied[context.mark.subresource] = emptied
}

/** Deletes the stored information that the polled table was found empty, because the table has changed since. */
export function deleteEmptyTableFinding(context: DetectionContext): void {
  delete ensureResourceState(context, context.mark.scope).emptied[context.mark.subresource]
}

/**
 * Returns and deletes the stored information that the polled table was found empty; null if there is none. It is called
 * for a poll without changes, which confirms that the table is still empty.
 */
export function takeConfirmedEmptyTable(context: DetectionContext): EmptiedRouteTable | null {
  const { mark } = context
  const known = ensureResourceState(context, mark.scope).emptied[mark.subresource]
  if (!known) return null
  deleteEmptyTableFinding(context)
  return known
}

export const findEmptiedTablesRecheckTime = ({ emptied }: ResourceState): DetectionRecheckTime =>
  getRecheckTimeIfNeeded(Object.keys(emptied).length > 0)

/** Returns the number of prefixes before and after a change as evidence, with the sample times of the poll. */
export const createPrefixCountEvidence = (
  field: string,
  before: number,
  after: number,
  proof: ProvingPollTimes,
): Evidence => ({
  field,
  before,
  after,
  sampledBefore: proof.previousOkAt === null ? null : { earliest: proof.previousOkAt, latest: proof.startedAt },
  sampledAfter: { earliest: proof.startedAt, latest: proof.finishedAt },
})
