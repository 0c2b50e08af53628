export * from './endpoints.ts'
export * from './parameters.ts'
