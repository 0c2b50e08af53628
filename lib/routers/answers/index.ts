export { getCircuitRouters, getRouter, listRouters } from './routers.ts'
