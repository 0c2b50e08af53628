export { BmpDecoder, DECODER_LIMITS, type DecoderLimits } from './codec/decoder.ts'
export type * from './codec/message.ts'
export { BmpStreamError } from './codec/stream-error.ts'
export { allowListOf } from './station/allow-list.ts'
export type { ArrivedMessage } from './station/router-stream.ts'
export { ListenError } from './station/listening-thread.ts'
export {
  type ConnectionEnd,
  type RouterConnection,
  STATION_LIMITS,
  type Station,
  type StationReceiver,
  startStation,
} from './station/station.ts'
export { RouterReporter } from './report/router-reporter.ts'
export { SyslogReporter } from './syslog/syslog-reporter.ts'
export {
  type ArrivedLine,
  type SkippedLine,
  startSyslogStation,
  type SyslogReceiver,
  type SyslogStation,
} from './syslog/syslog-station.ts'
