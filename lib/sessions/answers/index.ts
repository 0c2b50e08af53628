export * from './circuit-parts.ts'
export { findMetricAvailability, readRecentMetrics } from './metric-sessions.ts'
export { buildPeeringView, judgePeeringRedundancy, readRouteFilters } from './peerings.ts'
export { getSessionAvailability } from './session-availability.ts'
export { isCountedSession } from './session-counts.ts'
export { getPrefixCounts, getSessionHistory } from './session-history.ts'
export { divideSessionTimes, type SessionTimes } from './session-times.ts'
export { getSessionUptime } from './session-uptime.ts'
export { listSessions, readSessions } from './sessions.ts'
export {
  mergeEqualDays,
  splitPeriod,
  computeDailyUptime,
  readUptimeParts,
  computeLastDaysPeriod,
  type DailyUptime,
  type ResourceUptime,
} from './divided-time.ts'
