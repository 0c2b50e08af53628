export { findIncidentExplanations } from './explanation.ts'
export { canBeSingleFault, findLostCircuitPaths, findFailedLeaves } from './symptoms.ts'
