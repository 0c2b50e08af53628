export {
  GATEWAY_LIMITS_SOURCE as GATEWAY_LIMITS,
  SERVICE_LIMITS_SOURCE,
  compareCircuitLimits,
  compareGatewayLimits,
  compareHubGatewayLimits,
  compareHubPeerLimits,
  compareUserVpnLimits,
  compareSubscriptionLimits,
} from './azure-limits.ts'
export { judgeFastPath, findFastPathLimit, compareFastPathLimit, type FastPathFacts } from './fast-path.ts'
