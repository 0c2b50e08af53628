export { areIncidentsFinal } from './judged-incidents.ts'
export { readLearnedPrefixes } from './learned-prefixes.ts'
export { unseenByPoll, unseenByScope, unseenBySource } from './unseen-by-scope.ts'
