import { type DetectedEvent, MAINTENANCE_FLAG, samplesToConfirm } from '#lib/contract/index.ts'
import { isProvenBy, UNCONFIRMED } from '../../model/condition.ts'
import { type FoldContext, put, scopeOf, sourceOf } from '../../model/context.ts'
import type { LiveEvent } from '../../model/scope-state.ts'

/**
 * Events of single sources: what the estate knows of them beside stays. A session's fall is reported at once and confirmed by the next
 * good sample (docs/rules/detection.md 3.1, C2), or by the age of what is up again; else one that was over by then stays unconfirmed.
 */
export function applyEvents(context: FoldContext, events: readonly DetectedEvent[]): void {
  for (const event of events) {
    const known = scopeOf(context, event.scope).live[event.key]
    const { partOf = null, incident = null, causes } = known?.event ?? event
    const { flags, ...reported } = withKnownMaintenance(event, known?.event)
    const forwardingLoss = known?.event.forwardingLoss
    const awaited = known ? known.confirm : awaitedOf(context, event)
    const isProven = event.ended !== null && isProvenBy(event.ended, awaited)
    put(
      context,
      {
        ...reported,
        flags: awaited && !isProven ? [...new Set([...flags, UNCONFIRMED])] : flags,
        partOf: event.partOf ?? partOf,
        incident,
        causes: known ? causes : event.causes,
        ...(forwardingLoss ? { forwardingLoss } : {}),
      },
      { confirm: event.ended ? null : awaited },
    )
  }
}

/** A row that went missing has been so in two samples when it is reported. */
function awaitedOf({ mark }: FoldContext, { kind, flags, ended }: DetectedEvent): LiveEvent['confirm'] {
  if (kind !== 'session_down' || ended || flags.includes('row_missing')) return null
  return { source: sourceOf(mark), lastAt: mark.startedAt, left: samplesToConfirm(kind) - 1 }
}

/** Flag, followed by the window's id, of what such a window brought and did not take away in time. */
export const OVERRUN_FLAG = 'maintenance_overrun:'

export const isOfMaintenance = (flag: string) => flag.startsWith(MAINTENANCE_FLAG) || flag.startsWith(OVERRUN_FLAG)

/** A later version of an event, made by who knows of no windows, with what was found of it here. */
function withKnownMaintenance(event: DetectedEvent, known: DetectedEvent | undefined): DetectedEvent {
  const kept = known?.flags.filter(isOfMaintenance) ?? []
  return kept.length > 0
    ? { ...event, flags: [...event.flags.filter((flag) => !isOfMaintenance(flag)), ...kept] }
    : event
}
