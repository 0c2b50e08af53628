export * from './endpoints.ts'
export * from './parameters.ts'
export * from './route-around.ts'
export * from './route-history.ts'
