export type * from './codec/message.ts'
export type { ArrivedMessage } from './station/router-stream.ts'
export { ListenError } from './station/listening-thread.ts'
export { type ConnectionEnd, type RouterConnection, type StationReceiver, startStation } from './station/station.ts'
export { estimateAttributesBytes, ESTIMATED_REPORT_BYTES } from './report-size.ts'
export { BmpToReportConverter } from './router-reporter.ts'
export { SyslogToReportConverter } from './syslog/syslog-reporter.ts'
export {
  type ArrivedLine,
  type ReasonOfSkippedSyslogLine,
  startSyslogStation,
  type SyslogReceiver,
} from './syslog/syslog-station.ts'
