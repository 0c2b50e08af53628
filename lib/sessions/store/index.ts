export { prefixCounts } from './prefix-counts.ts'
export { sampledSessions, type SampledSessionRow } from './sampled-sessions.ts'
export { sessionHistory } from './session-history.ts'
export { silentTimes } from './silent-times.ts'
