export { type StoredCircuitHistory, listCommissioningSteps } from './commissioning.ts'
export { listDecommissioningSteps, type ResourcesUsedOnlyByCircuit } from './decommissioning.ts'
