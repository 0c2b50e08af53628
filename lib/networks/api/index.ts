export * from './endpoints.ts'
export * from './networks.ts'
