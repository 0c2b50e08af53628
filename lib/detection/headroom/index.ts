export { getAdvertisedPrefixLimit, detectPeerFamily, findPrefixLimit, getPrefixLimit } from './limits.ts'
export { type DailyMaximum, forecastLimitReached } from './limit-forecast.ts'
