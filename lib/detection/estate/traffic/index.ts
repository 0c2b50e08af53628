export { type PathsInUse, type TrafficState } from './memory.ts'
export { type PathTraffic, pathTraffic } from './path-traffic.ts'
export { takeTraffic, trafficRules } from './traffic-rules.ts'
