export * from './channels.ts'
export * from './endpoints.ts'
export * from './escalation.ts'
