export * from './circuit-parts.ts'
export { metricAvailability, recentMetrics } from './metric-sessions.ts'
export { peeringView, redundancyOf, routeFilters } from './peerings.ts'
export { getSessionAvailability } from './session-availability.ts'
export { isCountedSession } from './session-counts.ts'
export { getPrefixCounts, getSessionHistory } from './session-history.ts'
export { sessionTimes, type SessionTimes } from './session-times.ts'
export { getSessionUptime } from './session-uptime.ts'
export { listSessions, readSessions } from './sessions.ts'
export {
  mergeEqualDays,
  cutPeriod,
  daysOf,
  readUptimeParts,
  lastDays,
  type DailyUptime,
  type ResourceUptime,
} from './divided-time.ts'
