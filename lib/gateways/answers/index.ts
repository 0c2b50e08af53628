export {
  GATEWAY_BIT_RATE_METRICS,
  GATEWAY_LOAD_METRICS,
  buildGatewayLoad,
  getGatewayLoad,
  findSkuLimits,
  describeScaleUnits,
  getEffectiveScaleUnits,
  readEffectiveScaleUnits,
} from './gateway-load.ts'
export { compareLimitsOfGateway } from './gateway-limits.ts'
export { readGatewayNetworks, type GatewayWithNetwork } from './gateway-networks.ts'
export { readGatewayRouteTables, findUserRoutesToAddress } from './gateway-route-tables.ts'
export { readGatewayRates, getGatewayTraffic } from './gateway-traffic.ts'
export { GATEWAY_STATE_POLL_KINDS, getGateway, listGateways, readGateways } from './gateways.ts'
export { describeGatewayUserVpn, USER_VPN_METRICS } from './hub-users.ts'
export { readHubUptime } from './hub-uptime.ts'
export { readHubForwarding, type CustomHubTable, type HubForwarding } from './hub-policies.ts'
export { getHub, HUB_STATE_POLL_KINDS, listHubs, readHubsWithStates } from './hubs.ts'
