export { type CircuitPast, commissioning } from './commissioning.ts'
export { decommissioning, type StandingForIt } from './decommissioning.ts'
