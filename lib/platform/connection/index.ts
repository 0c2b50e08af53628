export { beginWithNext } from './begin.ts'
export { createDatabaseClient, DatabaseClient, signInWith } from './client.ts'
export { NoHostError } from './seek.ts'
export { connectionSettings } from './settings.ts'
