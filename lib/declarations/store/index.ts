export { DeclarationsConflict, saveDeclarations } from './declarations.ts'
export { requestJoin, requestSeparation, readJoinFacts, type JoinFacts } from './resource-joins.ts'
