export { lookup } from './best-path.ts'
