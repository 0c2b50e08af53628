export { metricRates, type PieceMean } from './metric-rates.ts'
export { routeCounts, type RouteCount } from './route-counts.ts'
