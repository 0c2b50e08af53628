/** Counts faults that polls cannot separate from an earlier fault, so that both are in one incident. */
import { INSTANT_BEFORE_MONITORING, type TimestampBounds, type EpochMs } from '#lib/contract/index.ts'
import { defaultSettings } from '#lib/detection/index.ts'

/**
 * Window in milliseconds. Events belong to one incident if, by their bounds, they may have begun within this time of
 * each other (docs/rules/detection.md 7).
 */
const WINDOW_MS = defaultSettings['incident.group'] + defaultSettings['burst.slack']

/** An event of an incident, with its true begin and the reported bounds of its begin. */
export interface IncidentEventStart {
  incident: string
  at: EpochMs
  started: TimestampBounds
}

/**
 * Returns the number of faults that are in the incident of an earlier fault although they truly began after the window.
 * This is correct if, by the reported bounds, both may have begun within the window. If a begin has no lower bound, the
 * time of the poll that first showed the event is used.
 */
export function countFaultsJoinedByBounds(events: readonly IncidentEventStart[]): number {
  const incidents = [...Map.groupBy(events, ({ incident }) => incident).values()]
  return incidents.reduce((sum, own) => {
    const faults = faultsOf(own)
    return sum + faults.filter((fault, n) => mayBeOne(faults.slice(0, n).flat(), fault)).length
  }, 0)
}

/**
 * Groups events into faults, in the order of their begins. Events whose true begins follow each other within the window
 * belong to one fault.
 */
function faultsOf(events: readonly IncidentEventStart[]): IncidentEventStart[][] {
  const faults: IncidentEventStart[][] = []
  for (const event of events.toSorted((a, b) => a.at - b.at)) {
    const last = faults.at(-1)
    if (last && event.at - (last.at(-1)?.at ?? 0) <= WINDOW_MS) last.push(event)
    else faults.push([event])
  }
  return faults
}

function mayBeOne(earlier: readonly IncidentEventStart[], later: readonly IncidentEventStart[]): boolean {
  return later.some(({ started }) => {
    const from = started.earliest === INSTANT_BEFORE_MONITORING ? started.latest : started.earliest
    return earlier.some((event) => from - event.started.latest <= WINDOW_MS)
  })
}
