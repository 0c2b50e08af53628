export { DeclarationsConflictError, saveDeclarationsAsNewVersion } from './declarations.ts'
export {
  requestResourceJoin,
  requestResourceSeparation,
  readResourceJoinState,
  type ResourceJoinState,
} from './resource-joins.ts'
