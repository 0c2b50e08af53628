export { getAdvertisedPrefixLimit, detectPeerFamily, prefixLimit, getPrefixLimit } from './limits.ts'
export { type DailyMaximum, forecastLimitReached } from './runs-out.ts'
