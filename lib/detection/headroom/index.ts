export { advertisedLimit, peerFamily, prefixLimit, prefixLimitOf } from './limits.ts'
export { type DailyMaximum, runsOutBetween } from './runs-out.ts'
