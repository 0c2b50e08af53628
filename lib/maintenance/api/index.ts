export * from './calendars.ts'
export * from './endpoints.ts'
