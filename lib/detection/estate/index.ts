export { awaitsProof } from './explain-incident.ts'
export { isChangeMade } from './take-logged.ts'
export { type EstateInput, foldEstate, type FoldedEstate } from './fold-estate.ts'
export { type Elsewhere, WHOLE_ESTATE } from './estate.ts'
export { type EstateState, type IncidentMemory, readScope, type ScopeState } from './state.ts'
export { isExternal, type PastRoute, type RouteTable, type Way } from './route-table.ts'
export {
  asnsOf,
  type Compared,
  compareTables,
  DIFFERENCES_KEPT,
  originOf,
  type Sides,
  sidesOf,
  type TableComparison,
  type TableRef,
} from './routes/index.ts'
export {
  isLookDue,
  learnedSites,
  learnerOf,
  type Look,
  type SiteLearning,
  type SiteWays,
} from './sites/index.ts'
export type { PathsInUse } from './traffic/index.ts'
export {
  type CircuitNode,
  type GatewayNode,
  type LearnedSite,
  type Mapping,
  NOTHING_CONNECTED,
  resourceGroupOf,
  type PeeringNode,
  scopesOf,
  type Site,
  type Topology,
} from './topology.ts'
export type { Probed } from './take-probes.ts'
