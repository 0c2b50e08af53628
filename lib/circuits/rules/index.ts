export {
  GATEWAYS as GATEWAY_LIMITS,
  SERVICE_LIMITS,
  circuitLimits,
  gatewayLimits,
  subscriptionLimits,
} from './azure-limits.ts'
export { judgeFastPath, fastPathLimit, fastPathUse, type FastPathFacts } from './fast-path.ts'
