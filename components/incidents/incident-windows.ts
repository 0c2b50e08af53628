import type { IncidentDetail } from '#lib/incidents/api/index.ts'
import { type Outage, parseOutages } from '#lib/contract/events/outages.ts'
import { computeWindowAroundMoments, type TimeWindow, zoomWindowToFault } from '../charts/state-timeline/time-window.ts'

/** Windows of an incident's timeline. */
export interface IncidentWindows {
  /** window that contains all events with their bounds */
  whole: TimeWindow
  /** window that the timeline shows before the user zooms, which is inside `whole` */
  initial: TimeWindow
}

/**
 * Returns the windows of an incident's timeline. A single event whose start is known only within hours would make the
 * window so long that a fault of a minute has a width of some pixels. The initial window is therefore zoomed to the
 * outages.
 * @param now epoch milliseconds
 */
export function computeIncidentWindows(
  { timeline, openedAt, state, outages }: Pick<IncidentDetail, 'timeline' | 'openedAt' | 'state' | 'outages'>,
  now: number,
): IncidentWindows {
  const bounds = timeline.flatMap(({ startedBetween, endedBetween }) => [...startedBetween, ...(endedBetween ?? [])])
  // If a state began before monitoring, the earliest possible start is stored as 0. Such a bound is left out.
  const moments = [...bounds, openedAt].map((at) => Date.parse(at)).filter((at) => at > 0)
  const whole = computeWindowAroundMoments(state === 'open' ? [...moments, now] : moments, now)
  return { whole, initial: zoomWindowToFault(whole, findFaultTime(parseOutages(outages), now)) }
}

/**
 * Returns the time from the start of the first outage to the end of the last one. It is the certain time or, if no time
 * is certain, the possible time. Returns null if there is no outage, or if its start is unknown.
 */
function findFaultTime(outages: readonly Outage[], now: number): TimeWindow | null {
  const [first, last] = [outages[0], outages.at(-1)]
  if (!first || !last) return null
  const certain = { from: first.started.latest, to: last.ended?.earliest ?? now }
  if (certain.from < certain.to) return certain
  const possible = { from: first.started.earliest, to: last.ended?.latest ?? now }
  return possible.from > 0 && possible.from < possible.to ? possible : null
}
