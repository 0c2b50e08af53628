export { getCircuitRouters, getRouter, answerRouters } from './routers.ts'
