export * from './peering-states.ts'
export { findMetricAvailability, readRecentMetrics } from './metric-sessions.ts'
export { buildApiPeering, judgePeeringRedundancy, readRouteFilters } from './peerings.ts'
export { getSessionAvailability } from './session-availability.ts'
export { isCountedSession } from './session-counts.ts'
export { getPrefixCounts, getSessionHistory } from './session-history.ts'
export { readSessionStatePeriods, type SessionStatePeriods } from './session-times.ts'
export { getSessionUptime } from './session-uptime.ts'
export { listSessions, readBgpSessionsWithVerdicts } from './sessions.ts'
export {
  mergeEqualDays,
  splitPeriod,
  computeDailyUptime,
  readResourceUptimes,
  computeLastDaysPeriod,
  type ResourceUptimeOfDay,
  type ResourceUptime,
} from './resource-uptime.ts'
