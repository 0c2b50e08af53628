export { getDeclarations, getDeclarationsVersions, putDeclarations, saveLists, shownIn } from './declarations.ts'
export { getFormerResources, joinResources, partResource } from './resource-joins.ts'
