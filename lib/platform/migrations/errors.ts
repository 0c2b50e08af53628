/**
 * Why a database could not be migrated:
 * - `server_too_old`: PostgreSQL before 15
 * - `behind`: it lacks migrations of this code, and the caller does not apply any
 * - `newer_database`: it has migrations that this code does not know
 * - `edited`: a migration that is applied there reads differently here
 * - `out_of_order`: a migration that sorts before an applied one is missing there
 * - `failed_earlier`: a migration outside a transaction was interrupted
 * - `failed`: a migration's SQL failed now; nothing of it stayed, unless it runs outside a transaction
 * - `busy`: another process held the lock for too long
 * - `broken_folder`: the migrations of this code can't be read
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

/** `message` is one line for an operator: what is wrong, and what to do. */
export class MigrationError extends Error {
  override name = 'MigrationError'
  readonly code: MigrationErrorCode

  constructor(code: MigrationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
