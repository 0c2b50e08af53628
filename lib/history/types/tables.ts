import type { Database } from '#lib/platform/database.ts'

/**
 * SQL that returns the columns of a table. `:at` is a past moment. `:name` is a value from the description of visible
 * rows.
 */
export type SelectStatement = `SELECT ${string}`

/**
 * Bounds of one time of a row, for example of the start of its interval, as SQL expressions on the row `t`. Retention
 * keeps a row while these bounds overlap the start or end of a stored event.
 */
type Moment = readonly [earliest: string, latest: string]

/**
 * Rule by which retention deletes rows of a table.
 * - `kept`: age deletes no row; the owner of the table or a foreign key deletes them
 * - `own step`: a separate step of history deletes the rows (raw samples, usage, routes)
 * - `until`: rows of one source whose column `until` is before $2, except next to a stored event of the source
 * - `ofSource`: rows `t` of one source that meet the condition; $2 = the oldest time that is kept
 * - `rows`: rows `t` that meet the condition, in batches; $1 = the oldest time that is kept
 * - `statement`: a complete statement; $1 = the oldest time that is kept, or the current time
 * - `step`: a function that deletes the rows
 */
export type RowRetentionRule =
  | 'kept'
  | 'own step'
  | { until: string; moments: readonly Moment[] }
  | { ofSource: string }
  | { rows: string }
  | { statement: string; by?: 'now' }
  | { step: (db: Database, signal?: AbortSignal) => Promise<void> }

/** Registration of a table or view by the room (feature module under lib/) that owns it. */
export interface DatabaseTableRegistration {
  /**
   * Rows at a past moment. `unchanged` = the current rows, because they never change, contain their own times, or are
   * configuration of Peerwatch. `forgotten` = no rows, because the past is not stored or no query needs it. Current
   * rows then do not appear in the past.
   */
  past: SelectStatement | 'unchanged' | 'forgotten'
  /**
   * Rows that a user with a limited scope may see. `hidden` = empty. If there are two statements, `part` is for a user
   * whose route tables contain rows of other owners, `whole` for every other user.
   */
  scope: SelectStatement | { whole: SelectStatement; part: SelectStatement } | 'hidden'
  retention: RowRetentionRule
  /**
   * Columns that are rewritten when a person's data is erased. Columns in `signatures` contain only a name or address;
   * columns in `texts` may contain an address. `kept` = the table is not changed.
   */
  erasure: { signatures?: readonly string[]; texts?: Readonly<Record<string, 'text' | 'jsonb'>> } | 'kept'
  /** Statement that returns `id` and `name` of the rows that entries of the audit log refer to; $1 = IDs. */
  named?: SelectStatement
}

/** Tables by name. Retention and erasure process them in this order. */
export type DatabaseTableRegistrations = Readonly<Record<string, DatabaseTableRegistration>>
