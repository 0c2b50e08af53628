export {
  BIT_METRICS,
  LOAD_METRICS,
  gatewayLoad,
  getGatewayLoad,
  limitsOf,
  scaleUnitsOf,
  unitsNow,
} from './gateway-load.ts'
export { gatewayNetworks, type GatewayInNetwork } from './gateway-networks.ts'
export { gatewayRouteTables, userRoutesTo } from './gateway-route-tables.ts'
export { gatewayRates, getGatewayTraffic } from './gateway-traffic.ts'
export { pollsOfGateways, getGateway, listGateways, readGateways } from './gateways.ts'
export { divideHubs } from './hub-time.ts'
export { hubForwarding, type HubForwarding } from './hub-policies.ts'
export { getHub, pollsOfHubs, listHubs } from './hubs.ts'
