/**
 * Reasons why a database could not be migrated:
 * - `server_too_old`: PostgreSQL is older than version 15
 * - `behind`: the database lacks migrations of this code, and the caller only checks
 * - `newer_database`: the database has migrations that this code does not know
 * - `edited`: the text of an applied migration differs from the file in this code
 * - `out_of_order`: the database lacks a migration that is older than an applied migration
 * - `failed_earlier`: an earlier migration outside a transaction failed or was interrupted
 * - `failed`: the SQL of a migration failed now; it was rolled back, unless it runs outside a transaction
 * - `busy`: another process held the lock for too long
 * - `broken_folder`: the migrations of this code cannot be read
 */
export type MigrationErrorCode =
  | 'server_too_old'
  | 'behind'
  | 'newer_database'
  | 'edited'
  | 'out_of_order'
  | 'failed_earlier'
  | 'failed'
  | 'busy'
  | 'broken_folder'

/** Error of a migration. `message` is one line for the operator with the reason and the remedy. */
export class MigrationError extends Error {
  override name = 'MigrationError'
  readonly code: MigrationErrorCode

  constructor(code: MigrationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
