export { lookup } from './best-path.ts'
export { uncoveredSystemRoute } from './uncovered.ts'
