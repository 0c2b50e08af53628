export { DeclarationsConflict, saveDeclarations } from './declarations.ts'
export { requestJoin, requestSeparation, joinFacts, type JoinFacts } from './resource-joins.ts'
