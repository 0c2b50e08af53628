export { readSessionsWithIntervals, type SampledSessionRow } from './sampled-sessions.ts'
export { readPrefixCounts, readSessionHistory } from './session-history.ts'
export { readSilentTimes } from './silent-times.ts'
