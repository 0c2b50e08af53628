export * from './endpoints.ts'
export * from './plan.ts'
export * from './terms.ts'
