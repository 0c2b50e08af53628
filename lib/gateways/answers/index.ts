export {
  BIT_METRICS,
  LOAD_METRICS,
  gatewayLoad,
  getGatewayLoad,
  findSkuLimits,
  describeScaleUnits,
  getEffectiveScaleUnits,
} from './gateway-load.ts'
export { gatewayNetworks, type GatewayInNetwork } from './gateway-networks.ts'
export { gatewayRouteTables, userRoutesTo } from './gateway-route-tables.ts'
export { gatewayRates, getGatewayTraffic } from './gateway-traffic.ts'
export { pollsOfGateways, getGateway, listGateways, readGateways } from './gateways.ts'
export { readHubUptime } from './hub-time.ts'
export { readHubForwarding, type HubForwarding } from './hub-policies.ts'
export { getHub, pollsOfHubs, listHubs } from './hubs.ts'
