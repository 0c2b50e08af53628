export * from './endpoints.ts'
export * from './routers.ts'
export * from './router-configuration.ts'
