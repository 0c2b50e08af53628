export { sampledSessions, type SampledSessionRow } from './sampled-sessions.ts'
export { prefixCounts, sessionHistory } from './session-history.ts'
export { readSilentTimes } from './silent-times.ts'
