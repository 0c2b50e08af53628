export { reportSenderOf } from './mail-report.ts'
export { listReports, replaceReports, seesReport } from './manage-reports.ts'
export { previewReport, readSchedule, sendDueReports, sendReportNow } from './send-reports.ts'
