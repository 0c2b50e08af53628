export { getCircuitTraffic } from './circuit-traffic.ts'
export { hubTraffic, reachTraffic, addConnectionTraffic } from './connection-traffic.ts'
export { getCircuitUsage } from './usage.ts'
export { usualTraffic } from './usual-traffic.ts'
