export { reportSenderOf } from './mail-report.ts'
export { listReports, replaceReports, seesReport } from './manage-reports.ts'
export { previewReport, scheduleOf, sendDueReports, sendReportNow } from './send-reports.ts'
