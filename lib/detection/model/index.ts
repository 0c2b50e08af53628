export { isEqualPlainJson } from './plain-json.ts'
export {
  type AnnouncedPrefixChange,
  isAnnouncedAsBefore,
  type RouterSideSession,
  type RouterStateInterval,
  getRouterSideResourceId,
  ROUTER_UNOBSERVED_AFTER_MS,
} from './router-side-session.ts'
export { type PastPrefixOrigins } from './route.ts'
export { type GroupState, type LightLevel, parseResourceState } from './scope-state.ts'
export {
  defaultSettings,
  type DetectionSettings,
  listErrorsOfThresholdValues,
  isThresholdName,
  applyThresholdChanges,
  detectionThresholdDefinitions,
} from './settings.ts'
export { hasTrafficCounters, isStateChangeSignal } from './signal.ts'
export { gatewayInstanceEventKinds } from './subject.ts'
export type * from './signal.ts'
export { type SourceDetectionState, parseSourceDetectionState } from './source-state.ts'
export { formatPollKey } from './subject.ts'
export {
  type CircuitNode,
  type ConnectionNode,
  type HubConnectionNode,
  type HubNode,
  type HubRouteMapNode,
  type HubVpnGatewayNode,
  type LagNode,
  type GatewayNode,
  type NetworkPeeringLink,
  type NetworkNode,
  type LearnedSite,
  type NeighborWithoutConnection,
  type NeighborPathMapping,
  EMPTY_TOPOLOGY,
  type CircuitPeeringNode,
  listTopologyResourceIds,
  type GroupTopology,
  listVpnConnectionIds,
} from './topology.ts'
