export { checkWords, faultsIn, type WordReport } from './check.ts'
export { type Glossary, readGlossary, type Replacement } from './glossary.ts'
