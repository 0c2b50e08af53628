export { foldPoll } from './fold-poll.ts'
export { isQuiet, needsMemory } from './relevance.ts'
export { testNameOf } from './probe.ts'
export { type Readings, readingsOf } from './readings.ts'
