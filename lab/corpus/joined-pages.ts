/** Incidents that a timetable can't distinguish. */
import { BEFORE_MONITORING, type Bounds, type EpochMs } from '#lib/contract/index.ts'
import { defaultSettings } from '#lib/detection/index.ts'

/** Events that may have begun this close belong to one incident (docs/rules/detection.md 7). */
const WINDOW_MS = defaultSettings['incident.group'] + defaultSettings['burst.slack']

/** An event of one incident, with when it truly began and when it is said to have. */
export interface Begun {
  incident: string
  at: EpochMs
  started: Bounds
}

/**
 * How many faults share the incident of an earlier one although they truly began too far from it, and rightly so: by their bounds they may
 * have begun close to it. A begin of which only the end is known counts from the poll that showed it first.
 */
export function joinedByBounds(events: readonly Begun[]): number {
  const incidents = [...Map.groupBy(events, ({ incident }) => incident).values()]
  return incidents.reduce((sum, own) => {
    const faults = faultsOf(own)
    return sum + faults.filter((fault, n) => mayBeOne(faults.slice(0, n).flat(), fault)).length
  }, 0)
}

/** What truly began together, the first fault first. */
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
