export { splitTableIntoAtoms } from './atoms.ts'
export { type ByteBounds, circuitShifts, shiftedBytes } from './circuit-shifts.ts'
export { type Failure, NO_FAILURE } from './failure.ts'
export {
  announcedAfter,
  gatewayShifts,
  type PrefixCountBounds,
  learnedAfter,
  type TableWhatIfRows,
} from './gateway-shifts.ts'
export { pathOf, listBestRoutes, computeWhatIfRows, indexAffectedTables, type WhatIfRib, whatIfRib } from './outcome.ts'
export {
  instanceKey,
  type OpenNeighbors,
  pathKey,
  type CandidateCircuitPath,
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
  computeLoadBounds,
  computeLoadsAfterShifts,
  p95,
  type LoadRates,
  saturatedPaths,
  type LoadShift,
  findLoadShifts,
} from './load.ts'
export { createHourOfWeekTest, type LossInterval, lossIntervals, computeOpenWindowIntervals } from './loss-intervals.ts'
