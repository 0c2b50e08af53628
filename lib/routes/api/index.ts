export * from './endpoints.ts'
export * from './lookup-context.ts'
export * from './route-history.ts'
