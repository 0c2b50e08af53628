export { advertisedLimit, prefixLimit } from './limits.ts'
export { type DailyMaximum, runsOutBetween } from './runs-out.ts'
