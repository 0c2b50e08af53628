export { getCircuitTraffic } from './circuit-traffic.ts'
export { readHubTraffic, readGlobalReachTraffic, addConnectionTraffic } from './connection-traffic.ts'
export { getCircuitUsage } from './usage.ts'
export { readUsualTraffic } from './usual-traffic.ts'
