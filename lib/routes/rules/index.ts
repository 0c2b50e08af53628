export { bestPath, lookup, ribOf, type Lookup, type Rib } from './best-path.ts'
export { uncoveredSystemRoute } from './uncovered.ts'
