export { atomTable } from './atoms.ts'
export { type ByteBounds, circuitShifts, shiftedBytes } from './circuit-shifts.ts'
export { type Failure, NO_FAILURE } from './failure.ts'
export { announcedAfter, gatewayShifts, type PrefixCountBounds, learnedAfter, type RibRows } from './gateway-shifts.ts'
export { pathOf, routesInUse, computeWhatIfRows, indexAffectedTables, type WhatIfRib, whatIfRib } from './outcome.ts'
export {
  instanceKey,
  type OpenNeighbors,
  pathKey,
  type PathPlace,
  type WhatIfRouterReport,
  type WhatIfRoute,
  type WhatIfTable,
} from './what-if-route.ts'
export {
  findAbsentAdjacentPaths,
  type FindAdjacentPaths,
  type LoadCarrier,
  carrierKey,
  findLoadCarriers,
  loadFigure,
  loadsOf,
  p95,
  type LoadRates,
  saturatedPaths,
  type LoadShift,
  shiftsOf,
} from './load.ts'
export { atTheseHours, type LossInterval, lossIntervals, openWindows } from './loss-intervals.ts'
