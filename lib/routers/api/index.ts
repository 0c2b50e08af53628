export * from './endpoints.ts'
export * from './routers.ts'
