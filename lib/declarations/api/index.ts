export * from './endpoints.ts'
export * from './parameters.ts'
export * from './resource-joins.ts'
