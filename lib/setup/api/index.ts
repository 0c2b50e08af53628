export * from './endpoints.ts'
export * from './health.ts'
export * from './sources.ts'
