export { bestPath, type Lookup, lookup, type Rib, ribOf } from './best-path.ts'
