export { areIncidentsFinal } from './final-incidents.ts'
export { readLearnedPrefixes } from './learned-prefixes.ts'
export { createUnpolledTimesLookup, readUnpolledTimesByResource, readUnpolledTimesBySource } from './unpolled-times.ts'
