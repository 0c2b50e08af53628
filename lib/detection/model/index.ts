export { type OtherGroups, WHOLE_ESTATE } from './context.ts'
export { bestRoutes } from './best-routes.ts'
export { contradictionsOf } from './contradictions.ts'
export { samePlain } from './plain.ts'
export { NEXT_POLL, type RecheckAt } from './recheck.ts'
export { type RouterEnd, type RouterSpan, scopeOfEnd } from './router-end.ts'
export { isExternal, type PastRoute, type RouteEntry, type RouteTable } from './route.ts'
export { type GroupState, type IncidentMemory, type LightLevel, readScope, type ScopeState } from './scope-state.ts'
export {
  defaultSettings,
  type DetectionSettings,
  faultsOf,
  isSetting,
  type SettingName,
  settingsWith,
  type Threshold,
  thresholds,
} from './settings.ts'
export { isNews } from './signal.ts'
export type * from './signal.ts'
export type { SiteLearning } from './site-memory.ts'
export { type DetectionState, type FailingKind, type PolledHow, readState, type SessionMemory } from './source-state.ts'
export { polledKey, tableKey } from './subject.ts'
export {
  type CircuitNode,
  type ConnectionNode,
  type HubConnectionNode,
  type HubVpnNode,
  type GatewayNode,
  type NetworkLink,
  type NetworkNode,
  type LearnedSite,
  type FormerNeighbor,
  type Mapping,
  NOTHING_CONNECTED,
  type PeeringNode,
  scopesOf,
  type Site,
  type Topology,
  tunnelScopesOf,
  vpnConnectionsOf,
} from './topology.ts'
export {
  type DirectionFact,
  type Load,
  type MeterFact,
  type Pair,
  primaryShare,
  type RateBucket,
  type ShareWindow,
  type TrafficFact,
} from './traffic.ts'
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
} from './traffic-baseline.ts'
export type { TrafficMemory } from './traffic-memory.ts'
export type { PathsInUse } from './traffic-state.ts'
