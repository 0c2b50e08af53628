export * from './circuits.ts'
export * from './endpoints.ts'
export * from './fast-path.ts'
