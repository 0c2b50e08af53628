export { checkBoundaries } from './check.ts'
