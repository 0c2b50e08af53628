export * from './endpoints.ts'
export * from './gateways.ts'
export * from './hubs.ts'
export * from './parameters.ts'
