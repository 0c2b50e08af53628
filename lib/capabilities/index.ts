export { commandInScope } from './command-scopes.ts'
