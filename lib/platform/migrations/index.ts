export { applyMigrations, type MigrationOptions, type MigrationResult } from './apply.ts'
export { MigrationError, type MigrationErrorCode } from './errors.ts'
export type { Migration } from './folder.ts'
export { requireMigrated } from './require.ts'
