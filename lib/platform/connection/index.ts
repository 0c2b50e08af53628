export { createDatabaseClient, DatabaseClient } from './client.ts'
export { signInWith } from './password.ts'
export { NoHostError } from './seek.ts'
export { connectionSettings } from './settings.ts'
