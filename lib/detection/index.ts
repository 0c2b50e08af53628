export * from './churn/index.ts'
export * from './fold/index.ts'
export * from './verdict/index.ts'
