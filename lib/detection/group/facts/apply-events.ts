import {
  type DetectedEvent,
  MAINTENANCE_FLAG,
  MAINTENANCE_OVERRUN_FLAG,
  countPollsToConfirm,
} from '#lib/contract/index.ts'
import { isFallConfirmedByReturn, EVENT_UNCONFIRMED_FLAG } from '../../model/event-condition.ts'
import { type DetectionContext, storeEventInScope, ensureResourceState, formatSourceKey } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'

/**
 * Stores events that were raised from the data of a single source, and keeps what other sources have added to them
 * (parent event, incident, causes). The fall of a session is reported immediately. It is confirmed by the next good
 * poll (docs/rules/detection.md 3.1, C2), or by the session's age if the session is up again. If the age does not show
 * the fall either, it stays unconfirmed.
 */
export function storeSingleSourceEvents(context: DetectionContext, events: readonly DetectedEvent[]): void {
  for (const event of events) {
    const known = ensureResourceState(context, event.scope).live[event.key]
    const { partOf = null, incident = null, causes } = known?.event ?? event
    const { flags, ...reported } = withKnownMaintenance(event, known?.event)
    const forwardingLoss = known?.event.forwardingLoss
    const awaited = known ? known.confirm : awaitedOf(context, event)
    const isProven = event.ended !== null && isFallConfirmedByReturn(event.ended, awaited)
    storeEventInScope(
      context,
      {
        ...reported,
        flags: awaited && !isProven ? [...new Set([...flags, EVENT_UNCONFIRMED_FLAG])] : flags,
        partOf: event.partOf ?? partOf,
        incident,
        causes: known ? causes : event.causes,
        ...(forwardingLoss ? { forwardingLoss } : {}),
      },
      { confirm: event.ended ? null : awaited },
    )
  }
}

/**
 * Returns the confirmation that the fall of a session still needs: the source and the number of its polls; null if no
 * further poll is needed. A session whose row disappeared is reported only after two polls without the row, so this
 * needs no confirmation.
 */
function awaitedOf({ mark }: DetectionContext, { kind, flags, ended }: DetectedEvent): LiveEvent['confirm'] {
  if (kind !== 'session_down' || ended || flags.includes('row_missing')) return null
  return { source: formatSourceKey(mark), lastAt: mark.startedAt, left: countPollsToConfirm(kind) - 1 }
}

export const isMaintenanceFlag = (flag: string) =>
  flag.startsWith(MAINTENANCE_FLAG) || flag.startsWith(MAINTENANCE_OVERRUN_FLAG)

/**
 * Returns the newer version of an event with the maintenance flags of the stored version. The rule that raised the
 * event does not know the maintenance windows.
 */
function withKnownMaintenance(event: DetectedEvent, known: DetectedEvent | undefined): DetectedEvent {
  const kept = known?.flags.filter(isMaintenanceFlag) ?? []
  return kept.length > 0
    ? { ...event, flags: [...event.flags.filter((flag) => !isMaintenanceFlag(flag)), ...kept] }
    : event
}
