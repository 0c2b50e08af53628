export { hasReportedRouter, getCircuitRouters, getRouter, getRouters, removeReportedRouter } from './routers.ts'
export { compareRouterConfiguration, getRouterConfiguration } from './router-configuration.ts'
