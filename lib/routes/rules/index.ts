export { lookUpInRoutes } from './best-path.ts'
