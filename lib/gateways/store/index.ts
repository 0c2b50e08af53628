export { metricRates, type PieceMean } from './metric-rates.ts'
export { neighborsWithPrefixes, routeCounts, type RouteCount } from './route-counts.ts'
