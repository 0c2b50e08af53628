export { areIncidentsFinal } from './judged-incidents.ts'
export { readLearnedPrefixes } from './learned-prefixes.ts'
export { createUnseenByPoll, readUnseenByScope, readUnseenBySource } from './unseen-by-scope.ts'
