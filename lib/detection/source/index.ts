export { foldPoll } from './fold-poll.ts'
export { canSkipEvaluation, needsSourceState } from './relevance.ts'
export { formatProbeName } from './probe.ts'
export { type PollReadings, extractPollReadings } from './readings.ts'
