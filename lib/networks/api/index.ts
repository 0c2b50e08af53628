export * from './endpoints.ts'
export * from './networks.ts'
export * from './parameters.ts'
export * from './probes.ts'
