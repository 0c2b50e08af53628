export * from './endpoints.ts'
export * from './gateways.ts'
export * from './hubs.ts'
