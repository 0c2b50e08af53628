export * from './endpoints.ts'
export * from './sessions.ts'
export * from './uptime.ts'
