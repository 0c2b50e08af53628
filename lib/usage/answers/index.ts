export { getCircuitTraffic } from './circuit-traffic.ts'
export { readHubTraffic, readReachTraffic, addConnectionTraffic } from './connection-traffic.ts'
export { getCircuitUsage } from './usage.ts'
export { readUsualTraffic } from './usual-traffic.ts'
