import type { Cause, DetectedEvent } from '#lib/contract/index.ts'
import { configurationCause } from './configuration.ts'
import type { Estate } from '../estate.ts'
import { isOpen, liveEvents } from '../estate.ts'
import type { LiveEvent } from '../state.ts'
import { tableCauses } from './table.ts'
import { UNKNOWN_CAUSE } from './wording.ts'

/**
 * Gives every event at hand its candidate causes, the likeliest first (detection.md 3.6). What the layers say is taken while
 * the event goes on and stays with it when it ends; what the Activity Log says may arrive later.
 */
export function attachCauses(estate: Estate): void {
  for (const live of liveEvents(estate)) {
    const causes = causesOf(estate, live)
    if (JSON.stringify(causes) !== JSON.stringify(live.event.causes)) live.event = { ...live.event, causes }
  }
}

function causesOf(estate: Estate, live: LiveEvent): Cause[] {
  const { event } = live
  const isFresh = event.detectedAt === estate.mark.finishedAt
  const byTable = isOpen(live) || isFresh ? tableCauses(estate, live) : event.causes.filter(isOfTable)
  const logged = wellAgain.has(event.kind) ? null : configurationCause(estate, event)
  const found = [...(logged ? [logged] : event.causes.filter(isLogged)), ...byTable]
  if (found.length === 0)
    return event.causes.length > 0 ? event.causes.filter((cause) => !isLogged(cause)) : [UNKNOWN_CAUSE]
  return found.toSorted((a, b) => b.confidence - a.confidence)
}

const wellAgain = new Set<string>(['session_up', 'redundancy_restored', 'ecmp_restored', 'failback'])

const LOGGED = 'configuration_change'
const isLogged = ({ class: name }: DetectedEvent['causes'][number]) => name === LOGGED
const isOfTable = (cause: Cause) => !isLogged(cause) && cause.confidence > 0
