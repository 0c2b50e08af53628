export { getAvailabilityReport } from './availability-report.ts'
export { fetchReportData, readReportData } from './report-data.ts'
export { getSlos, readSloMetrics } from './slos.ts'
export { getUptime, uptimeKinds } from './uptime.ts'
