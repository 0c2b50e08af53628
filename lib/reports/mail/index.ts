export { createDefaultReportSender } from './mail-report.ts'
export { listReports, replaceReports, canSeeReportSchedule } from './manage-reports.ts'
export { previewReport, readReportSchedule, sendDueReports, sendReportNow } from './send-reports.ts'
