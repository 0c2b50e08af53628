export { type CircuitPast, commissioning } from './commissioning.ts'
export { decommissioning, type DedicatedResources } from './decommissioning.ts'
