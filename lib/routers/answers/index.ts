export { anyRouterReports, getCircuitRouters, getRouter, answerRouters } from './routers.ts'
