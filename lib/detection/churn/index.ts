export { computeChurnPerMinute } from './churn-step.ts'
export { FLAP_DAMPING_SUPPRESS_THRESHOLD } from './flap-penalty.ts'
