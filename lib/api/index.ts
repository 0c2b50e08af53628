export * from './openapi.ts'
export * from './registry.ts'
