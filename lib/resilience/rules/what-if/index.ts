export { splitTableIntoAtoms } from './table-atoms.ts'
export { type CircuitByteRange, findCircuitShifts, computeShiftedBytes } from './circuit-shifts.ts'
export { type WhatIfFailure, EMPTY_WHAT_IF_FAILURE } from './what-if-failure.ts'
export type { TrafficMoveInput, PinnedRoute } from './hindrances/moved-row.ts'
export { judgeTrafficMove } from './move.ts'
export {
  countAnnouncedAfterFailure,
  findGatewayShifts,
  type PrefixCountBounds,
  countLearnedAfterFailure,
  type TableWhatIfRows,
} from './gateway-shifts.ts'
export {
  getRoutePath,
  listBestRoutes,
  computeWhatIfRows,
  createAffectedTablesFinder,
  type WhatIfRib,
  createWhatIfRib,
} from './what-if-rows.ts'
export {
  formatInstanceKey,
  type NeighborsWithUnknownCircuitPath,
  formatCircuitPathKey,
  isCustomHubTable,
  isHubRouteUnknown,
  listTablesOfDistinctRoutes,
  type CandidateCircuitPath,
  type WhatIfRouterReport,
  type WhatIfRoute,
  type WhatIfTable,
} from './what-if-route.ts'
export {
  findAbsentAdjacentPaths,
  type FindAdjacentPaths,
  type PathDirection,
  formatPathDirectionKey,
  findLoadedPathDirections,
  computeLoadBounds,
  computeLoadsAfterShifts,
  computeP95,
  type PathBitRatesByInterval,
  findSaturatedPaths,
  type TrafficShiftBetweenPaths,
  findLoadShifts,
} from './path-loads.ts'
export {
  createHourOfWeekTest,
  type LossInterval,
  computeLossIntervals,
  computeOpenWindowIntervals,
} from './loss-intervals.ts'
