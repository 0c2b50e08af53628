export { type CircuitPast, commissioning } from './commissioning.ts'
export { decommissioning } from './decommissioning.ts'
