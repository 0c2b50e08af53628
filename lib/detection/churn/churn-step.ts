import type { EpochMs, RouteChange } from '#lib/contract/index.ts'

/** What moved in one step, and how much of the step was seen at all: nothing moved in 0 s covered is no calm. */
interface ChurnPoint {
  start: EpochMs
  announced: number
  withdrawn: number
  changed: number
  /** 0 to the step's length; may have a fraction */
  coveredSeconds: number
}

/** When a change was first seen: the end of the poll that showed it. Its true time lies in its bounds. */
export const seenAt = ({ between }: RouteChange): EpochMs => between.latest

/** Changes for each covered minute; null where nothing was covered, which is no rate of zero. */
export function churnPerMinute(points: readonly ChurnPoint[]): number | null {
  const seconds = points.reduce((sum, point) => sum + point.coveredSeconds, 0)
  const changes = points.reduce((sum, point) => sum + point.announced + point.withdrawn + point.changed, 0)
  return seconds > 0 ? changes / (seconds / 60) : null
}
