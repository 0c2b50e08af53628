export { DeclarationsConflict, saveDeclarations } from './declarations.ts'
export { askJoin, askPart, joinFacts, type JoinFacts } from './resource-joins.ts'
