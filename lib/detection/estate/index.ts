export { type EstateInput, foldEstate, type FoldedEstate } from './fold-estate.ts'
export { type EstateState, type IncidentMemory, readScope, type ScopeState } from './state.ts'
export type { RouteTable, Way } from './route-table.ts'
export {
  type CircuitNode,
  type GatewayNode,
  type Mapping,
  NOTHING_CONNECTED,
  type PeeringNode,
  scopesOf,
  type Site,
  type Topology,
} from './topology.ts'
