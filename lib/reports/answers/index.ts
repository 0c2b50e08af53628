export { getAvailabilityReport } from './availability-report.ts'
export { fetchReport, readReport } from './report-data.ts'
export { getSlos, sloFamilies } from './slos.ts'
export { getUptime, uptimeKinds } from './uptime.ts'
