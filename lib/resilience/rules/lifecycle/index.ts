export { type StoredCircuitHistory, listCommissioningSteps } from './commissioning.ts'
export { listDecommissioningSteps, type DedicatedResources } from './decommissioning.ts'
