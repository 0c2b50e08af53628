export { getAdvertisedPrefixLimit, detectPeerFamily, findPrefixLimit, getPrefixLimit } from './limits.ts'
export { type DailyMaximum, forecastLimitReached } from './runs-out.ts'
