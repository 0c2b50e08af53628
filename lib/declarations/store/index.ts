export { DeclarationsConflictError, saveDeclarations } from './declarations.ts'
export { requestJoin, requestSeparation, readResourceJoinState, type ResourceJoinState } from './resource-joins.ts'
