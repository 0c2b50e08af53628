export { applyPollToDetectionState } from './fold-poll.ts'
export { canSkipEvaluation, isSourceStateNeeded } from './evaluation-need.ts'
export { formatProbeName } from './probe.ts'
export { type ExtraDataOfGoodPoll, extractPollReadings } from './readings.ts'
