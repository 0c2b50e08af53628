export * from './endpoints.ts'
export * from './route-around.ts'
export * from './route-history.ts'
