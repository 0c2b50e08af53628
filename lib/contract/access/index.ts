export * from './caller.ts'
export * from './rights.ts'
export * from './scope.ts'
