export { areIncidentsFinal } from './final-incidents.ts'
export { readLearnedPrefixes } from './learned-prefixes.ts'
export { createUnpolledTimesLookup, readUnpolledTimesByScope, readUnpolledTimesBySource } from './unpolled-times.ts'
