export { churnPerMinute } from './churn-step.ts'
export { WOULD_BE_DAMPED } from './flap-penalty.ts'
