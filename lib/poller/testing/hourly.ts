import { HOUR } from '#lib/contract/time/time.ts'
import type { PollIntervals } from '../plan/plan.ts'

/** Intervals by which each poll is made once in a test; what it is about is made faster. */
export const HOURLY: PollIntervals = {
  sessionsMs: HOUR,
  circuitsMs: HOUR,
  routesMs: HOUR,
  inventoryMs: HOUR,
  metricsMs: HOUR,
  activityMs: HOUR,
}
