export { learnedPrefixes } from './learned-prefixes.ts'
export { askJoin, askPart, joinFacts, type JoinFacts } from './resource-joins.ts'
