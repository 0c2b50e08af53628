import type { EpochMs, RouteChange } from '#lib/contract/index.ts'

/**
 * Number of route changes in one time step, and the part of the step that polls covered. If no time was covered, the
 * number of changes is unknown.
 */
interface ChurnPoint {
  start: EpochMs
  announced: number
  withdrawn: number
  changed: number
  /** covered part of the step in seconds, from 0 to the step's length; may have a fraction */
  coveredSeconds: number
}

/**
 * Returns the end of the poll that first showed a route change. The change itself happened at an unknown time within
 * its bounds.
 */
export const getChangeObservationTime = ({ between }: RouteChange): EpochMs => between.latest

/** Returns the number of changes per covered minute; null if no time was covered, because the rate is then unknown. */
export function computeChurnPerMinute(points: readonly ChurnPoint[]): number | null {
  const seconds = points.reduce((sum, point) => sum + point.coveredSeconds, 0)
  const changes = points.reduce((sum, point) => sum + point.announced + point.withdrawn + point.changed, 0)
  return seconds > 0 ? changes / (seconds / 60) : null
}
