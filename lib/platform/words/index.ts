export { checkWords, faultsIn } from './check.ts'
export { readGlossary } from './glossary.ts'
