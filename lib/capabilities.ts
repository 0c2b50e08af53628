/**
 * The feature modules of Peerwatch. If the line of a module is deleted, its API paths and jobs do not exist, and pages
 * leave out its parts. All other modules still work.
 */
export { access } from './access/capability.ts'
export { alerting } from './alerting/capability.ts'
export { circuits } from './circuits/capability.ts'
export { cost } from './cost/capability.ts'
export { customers } from './customers/capability.ts'
export { declarations } from './declarations/capability.ts'
export { gateways } from './gateways/capability.ts'
export { incidents } from './incidents/capability.ts'
export { maintenance } from './maintenance/capability.ts'
export { networks } from './networks/capability.ts'
export { notify } from './notify/capability.ts'
export { overview } from './overview/capability.ts'
export { plan } from './plan/capability.ts'
export { reports } from './reports/capability.ts'
export { resilience } from './resilience/capability.ts'
export { routers } from './routers/capability.ts'
export { routes } from './routes/capability.ts'
export { sessions } from './sessions/capability.ts'
export { setup } from './setup/capability.ts'
export { usage } from './usage/capability.ts'
