export * from './fold/index.ts'
export * from './verdict/index.ts'
