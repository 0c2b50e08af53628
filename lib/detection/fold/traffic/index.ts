export {
  type Expectation,
  expectationOf,
  type Meter,
  meters,
  NO_BASELINE,
  type TrafficBaseline,
  type TrafficDirection,
  trafficDirections,
  VPN_PATH,
} from './baseline.ts'
export type { Load } from './direction.ts'
export type { DirectionFact, MeterFact, TrafficFact } from './fact.ts'
export { type RateBucket, isTrafficMetric } from './metrics.ts'
export type { Pair } from './pair.ts'
export { primaryShare, type ShareWindow } from './shares.ts'
export { foldCounters, type FoldedTraffic, foldRates, type TrafficMemory } from './traffic-fold.ts'
