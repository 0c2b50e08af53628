export * from './access.ts'
export * from './endpoints.ts'
