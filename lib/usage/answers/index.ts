export { getCircuitTraffic } from './circuit-traffic.ts'
export { hubTraffic, reachTraffic, withTraffic } from './connection-traffic.ts'
export { getCircuitUsage } from './usage.ts'
export { usualTraffic } from './usual-traffic.ts'
