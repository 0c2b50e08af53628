export { formatCheck } from './check.ts'
