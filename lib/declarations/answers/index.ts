export {
  getDeclarations,
  getDeclarationsVersions,
  putDeclarations,
  saveDeclarationLists,
  topicsAffectedByDeclarations,
} from './declarations.ts'
export { getFormerResources, joinResources, separateResource } from './resource-joins.ts'
export { getProposals, declareAcceptedProposals } from './proposals.ts'
