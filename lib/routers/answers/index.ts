export { anyRouterReports, getCircuitRouters, getRouter, answerRouters } from './routers.ts'
export { compareRouterConfiguration, getRouterConfiguration } from './router-configuration.ts'
