export type * from './codec/message.ts'
export type { ArrivedMessage } from './station/router-stream.ts'
export { ListenError } from './station/listening-thread.ts'
export {
  type ConnectionEnd,
  type RouterConnection,
  type Station,
  type StationReceiver,
  startStation,
} from './station/station.ts'
export { RouterReporter } from './router-reporter.ts'
export { SyslogReporter } from './syslog/syslog-reporter.ts'
export { type ArrivedLine, type SkippedLine, startSyslogStation, type SyslogReceiver } from './syslog/syslog-station.ts'
