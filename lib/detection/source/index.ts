export { foldPoll } from './fold-poll.ts'
export { canSkipEvaluation, isSourceStateNeeded } from './relevance.ts'
export { formatProbeName } from './probe.ts'
export { type PollReadings, extractPollReadings } from './readings.ts'
