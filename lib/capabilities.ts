/**
 * The feature modules of Peerwatch. If the line of a module is deleted, its API paths and jobs do not exist, and pages
 * leave out its parts. All other modules still work.
 */
export { accessCapability } from './access/capability.ts'
export { alertingCapability } from './alerting/capability.ts'
export { circuitsCapability } from './circuits/capability.ts'
export { costCapability } from './cost/capability.ts'
export { customersCapability } from './customers/capability.ts'
export { declarationsCapability } from './declarations/capability.ts'
export { gatewaysCapability } from './gateways/capability.ts'
export { incidentsCapability } from './incidents/capability.ts'
export { maintenanceCapability } from './maintenance/capability.ts'
export { networksCapability } from './networks/capability.ts'
export { notifyCapability } from './notify/capability.ts'
export { overviewCapability } from './overview/capability.ts'
export { planCapability } from './plan/capability.ts'
export { reportsCapability } from './reports/capability.ts'
export { resilienceCapability } from './resilience/capability.ts'
export { routersCapability } from './routers/capability.ts'
export { routesCapability } from './routes/capability.ts'
export { sessionsCapability } from './sessions/capability.ts'
export { setupCapability } from './setup/capability.ts'
export { usageCapability } from './usage/capability.ts'
