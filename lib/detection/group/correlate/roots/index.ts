export { findIncidentExplanations } from './incident-explanations.ts'
export { canBeSingleFault, findLostCircuitPaths, findFailedUnits } from './symptoms.ts'
