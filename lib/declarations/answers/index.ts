export { getDeclarations, getDeclarationsVersions, putDeclarations, saveLists, shownIn } from './declarations.ts'
export { getFormerResources, joinResources, separateResource } from './resource-joins.ts'
