export { type StoredCircuitHistory, commissioning } from './commissioning.ts'
export { decommissioning, type DedicatedResources } from './decommissioning.ts'
