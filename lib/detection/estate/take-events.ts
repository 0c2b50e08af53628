import { type DetectedEvent, samplesToConfirm } from '#lib/contract/index.ts'
import { UNCONFIRMED } from './condition.ts'
import { type Estate, put, scopeOf, sourceOf } from './estate.ts'
import { keepMaintenance } from './maintenance.ts'
import type { LiveEvent } from './state.ts'

/**
 * Events of single sources: what the estate knows of them beside stays. A session's fall is told at once and confirmed by the next
 * good sample (detection.md 3.1, C2); one that was over by then stays unconfirmed.
 */
export function takeEvents(estate: Estate, events: readonly DetectedEvent[]): void {
  for (const event of events) {
    const known = scopeOf(estate, event.scope).live[event.key]
    const { partOf = null, incident = null, causes } = known?.event ?? event
    const { flags, ...told } = keepMaintenance(event, known?.event)
    const forwardingLoss = known?.event.forwardingLoss
    const awaited = known ? known.confirm : awaitedOf(estate, event)
    put(
      estate,
      {
        ...told,
        flags: awaited ? [...new Set([...flags, UNCONFIRMED])] : flags,
        partOf: event.partOf ?? partOf,
        incident,
        causes: known ? causes : event.causes,
        ...(forwardingLoss ? { forwardingLoss } : {}),
      },
      { confirm: event.ended ? null : awaited },
    )
  }
}

/** A row that went missing has been so in two samples when it is told. */
function awaitedOf({ mark }: Estate, { kind, flags, ended }: DetectedEvent): LiveEvent['confirm'] {
  if (kind !== 'session_down' || ended || flags.includes('row_missing')) return null
  return { source: sourceOf(mark), lastAt: mark.startedAt, left: samplesToConfirm(kind) - 1 }
}
