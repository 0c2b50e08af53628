import type { EpochMs, RouteChange } from '#lib/contract/index.ts'

/**
 * Route changes in one step of time, and the part of the step that polls covered. A step with 0 s covered is unknown
 * and does not count as calm.
 */
interface ChurnPoint {
  start: EpochMs
  announced: number
  withdrawn: number
  changed: number
  /** seconds, 0 to the step's length; may have a fraction */
  coveredSeconds: number
}

/**
 * Returns the time at which a change was first seen, which is the end of the poll that showed it. The change itself
 * happened at some time within its bounds.
 */
export const seenAt = ({ between }: RouteChange): EpochMs => between.latest

/** Returns the number of changes per covered minute; null if no time was covered, because the rate is then unknown. */
export function churnPerMinute(points: readonly ChurnPoint[]): number | null {
  const seconds = points.reduce((sum, point) => sum + point.coveredSeconds, 0)
  const changes = points.reduce((sum, point) => sum + point.announced + point.withdrawn + point.changed, 0)
  return seconds > 0 ? changes / (seconds / 60) : null
}
