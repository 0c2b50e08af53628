export * from './connection-traffic.ts'
export * from './endpoints.ts'
export * from './path-history.ts'
export * from './usage.ts'
