export { isSamePlain } from './plain.ts'
export {
  type AnnouncedChange,
  isAnnouncedAsBefore,
  type RouterEnd,
  type RouterSpan,
  scopeOfEnd,
} from './router-end.ts'
export { type PastRoute } from './route.ts'
export { type GroupState, type LightLevel, readScope } from './scope-state.ts'
export { defaultSettings, type DetectionSettings, faultsOf, isSetting, settingsWith, thresholds } from './settings.ts'
export { countsBytes, isNews } from './signal.ts'
export type * from './signal.ts'
export { type DetectionState, readState } from './source-state.ts'
export { polledKey } from './subject.ts'
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
  type Topology,
  vpnConnectionsOf,
} from './topology.ts'
