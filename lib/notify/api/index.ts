export * from './endpoints.ts'
export * from './escalation.ts'
