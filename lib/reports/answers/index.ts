export { getAvailabilityReport } from './availability-report.ts'
export {
  buildUpperLayerSeconds,
  computeAvailabilitySeconds,
  listLowerPeeringSeconds,
  readLayeredUptime,
} from './layered-uptime.ts'
export { fetchReportData, readReportData } from './report-data.ts'
export { getSlos, readSloMetrics } from './slos.ts'
export { getUptime, uptimePollKinds } from './uptime.ts'
