export * from './endpoints.ts'
export * from './plan.ts'
export * from './rehearsal.ts'
export * from './terms.ts'
