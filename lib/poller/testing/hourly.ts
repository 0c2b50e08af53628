import { HOUR } from '#lib/contract/time/time.ts'
import type { PollIntervals } from '../plan/plan-polls.ts'

/**
 * Intervals with which each poll runs only once in a test. The test shortens the intervals of the polls that it checks.
 */
export const HOURLY: PollIntervals = {
  sessionsMs: HOUR,
  circuitsMs: HOUR,
  routesMs: HOUR,
  inventoryMs: HOUR,
  metricsMs: HOUR,
  activityMs: HOUR,
}
