export { hasReportedRouter, getCircuitRouters, getRouter, answerRouters, removeReportedRouter } from './routers.ts'
export { compareRouterConfiguration, getRouterConfiguration } from './router-configuration.ts'
