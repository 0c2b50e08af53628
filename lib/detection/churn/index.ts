export { computeChurnPerMinute } from './churn-step.ts'
export { SUPPRESS_THRESHOLD } from './flap-penalty.ts'
