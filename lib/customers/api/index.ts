export * from './customers.ts'
export * from './endpoints.ts'
