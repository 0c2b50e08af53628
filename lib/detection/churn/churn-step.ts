import type { EpochMs, RouteChange } from '#lib/contract/index.ts'
import { coveredByAll, coveredMs, type Stretch } from './covered-time.ts'

/** What moved in one step, and how much of the step was seen at all: nothing moved in 0 s covered is no calm. */
export interface ChurnPoint {
  start: EpochMs
  announced: number
  withdrawn: number
  changed: number
  /** 0 to the step's length; may have a fraction */
  coveredSeconds: number
}

export interface ChurnQuery {
  changes: readonly RouteChange[]
  /** covered stretches of each source that the changes come from: only time that all of them saw counts as covered */
  coverage: readonly (readonly Stretch[])[]
  from: EpochMs
  to: EpochMs
  stepMs: number
}

const counted = { announce: 'announced', withdraw: 'withdrawn', change: 'changed' } as const

/** When a change was first seen: the end of the poll that showed it. Its true time lies in its bounds. */
export const seenAt = ({ between }: RouteChange): EpochMs => between.hi

/**
 * Route changes by step of time. A change counts once, in the step in which it was first seen, so that the steps add up
 * to the whole; one whose bounds reach back into a gap stands where the gap ended.
 * @returns one point for each step from `from` to `to` (excluded), steps without change included; the last may be short
 * @throws RangeError unless from < to and stepMs > 0
 */
export function churnByStep({ changes, coverage, from, to, stepMs }: ChurnQuery): ChurnPoint[] {
  if (!(from < to)) throw new RangeError('churn needs a time range: from before to')
  if (!(stepMs > 0)) throw new RangeError('churn needs a step longer than 0 ms')
  const covered = coveredByAll(coverage)
  const points = Array.from({ length: Math.ceil((to - from) / stepMs) }, (_, index): ChurnPoint => {
    const start = from + index * stepMs
    const coveredSeconds = coveredMs(covered, start, Math.min(start + stepMs, to)) / 1000
    return { start, announced: 0, withdrawn: 0, changed: 0, coveredSeconds }
  })
  for (const change of changes) {
    const at = seenAt(change)
    const point = at < from || at >= to ? undefined : points[Math.floor((at - from) / stepMs)]
    if (point) point[counted[change.op]]++
  }
  return points
}

/** Changes for each covered minute; null where nothing was covered, which is no rate of zero. */
export function churnPerMinute(points: readonly ChurnPoint[]): number | null {
  const seconds = points.reduce((sum, point) => sum + point.coveredSeconds, 0)
  const changes = points.reduce((sum, point) => sum + point.announced + point.withdrawn + point.changed, 0)
  return seconds > 0 ? changes / (seconds / 60) : null
}
