import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { PollIntervals } from '../plan/plan-polls.ts'

/**
 * Intervals with which each poll runs only once in a test. The test shortens the intervals of the polls that it checks.
 */
export const HOURLY_POLL_INTERVALS: PollIntervals = {
  sessionsMs: MS_PER_HOUR,
  circuitsMs: MS_PER_HOUR,
  routesMs: MS_PER_HOUR,
  inventoryMs: MS_PER_HOUR,
  metricsMs: MS_PER_HOUR,
  activityMs: MS_PER_HOUR,
}
