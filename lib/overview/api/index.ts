export * from './endpoints.ts'
export * from './overview.ts'
export * from './parameters.ts'
export * from './wall.ts'
