export { foldPoll } from './fold-poll.ts'
export { canSkipEvaluation, needsSourceState } from './relevance.ts'
export { formatProbeName } from './probe.ts'
export { type Readings, extractPollReadings } from './readings.ts'
