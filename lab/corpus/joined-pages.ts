/** Incidents that a timetable cannot distinguish. */
import { BEFORE_MONITORING, type Bounds, type EpochMs } from '#lib/contract/index.ts'
import { defaultSettings } from '#lib/detection/index.ts'

/**
 * Window in milliseconds: events that may have begun this close to each other belong to one incident
 * (docs/rules/detection.md 7).
 */
const WINDOW_MS = defaultSettings['incident.group'] + defaultSettings['burst.slack']

/** An event of an incident, with its true begin and the reported bounds of its begin. */
export interface Begun {
  incident: string
  at: EpochMs
  started: Bounds
}

/**
 * Returns the number of faults that share the incident of an earlier fault although they truly began later than the
 * window allows. This is correct, because by their bounds they may have begun within it. A begin without a lower bound
 * counts from the poll that showed it first.
 */
export function countFaultsJoinedByBounds(events: readonly Begun[]): number {
  const incidents = [...Map.groupBy(events, ({ incident }) => incident).values()]
  return incidents.reduce((sum, own) => {
    const faults = faultsOf(own)
    return sum + faults.filter((fault, n) => mayBeOne(faults.slice(0, n).flat(), fault)).length
  }, 0)
}

/** Groups events that truly began together, in the order of their begins. */
function faultsOf(events: readonly Begun[]): Begun[][] {
  const faults: Begun[][] = []
  for (const event of events.toSorted((a, b) => a.at - b.at)) {
    const last = faults.at(-1)
    if (last && event.at - (last.at(-1)?.at ?? 0) <= WINDOW_MS) last.push(event)
    else faults.push([event])
  }
  return faults
}

function mayBeOne(earlier: readonly Begun[], later: readonly Begun[]): boolean {
  return later.some(({ started }) => {
    const from = started.earliest === BEFORE_MONITORING ? started.latest : started.earliest
    return earlier.some((event) => from - event.started.latest <= WINDOW_MS)
  })
}
