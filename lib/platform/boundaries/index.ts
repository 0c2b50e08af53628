export { type BoundaryReport, checkBoundaries } from './check.ts'
