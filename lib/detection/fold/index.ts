export { type Folded, foldPoll, sessionSubject } from './fold-poll.ts'
export { type DetectionState, readState, type SessionMemory } from './state.ts'
