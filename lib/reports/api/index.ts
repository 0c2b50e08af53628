export * from './endpoints.ts'
export * from './report-schedules.ts'
