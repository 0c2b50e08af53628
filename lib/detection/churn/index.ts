export { churnPerMinute } from './churn-step.ts'
export { WOULD_BE_DAMPED } from './flap-penalty.ts'
export { topPrefixes } from './top-prefixes.ts'
