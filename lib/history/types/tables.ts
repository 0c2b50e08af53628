import type { Database } from '#lib/platform/database.ts'

/** SQL that returns the columns of a table. `:at` is the moment of a past; `:name` is a value that the reader's scope binds. */
export type Select = `SELECT ${string}`

/** Earliest and latest time of a moment, as expressions on the row `t`. */
type Moment = readonly [earliest: string, latest: string]

/**
 * The rule by which retention deletes rows of a table:
 * - `kept`: age deletes no row; the room deletes its rows, or a foreign key does.
 * - `own step`: a step of history deletes the rows (raw samples, usage, routes).
 * - `until`: rows of one source whose column `until` lies before $2, except next to a stored event of the source.
 * - `ofSource`: rows `t` of one source that meet the condition; $2 = the oldest moment that is kept.
 * - `rows`: rows `t` that meet the condition, in batches; $1 = the oldest moment that is kept.
 * - `statement`: a whole statement; $1 = the oldest moment that is kept, or the current time.
 * - `step`: a function.
 */
export type TableRetention =
  | 'kept'
  | 'own step'
  | { until: string; moments: readonly Moment[] }
  | { ofSource: string }
  | { rows: string }
  | { statement: string; by?: 'now' }
  | { step: (db: Database, signal?: AbortSignal) => Promise<void> }

/** The registration of one table or view by the room that owns it. */
export interface Table {
  /**
   * The rows of a moment. `unchanged` = the current rows, because they never change, bear their own times, or configure the product.
   * `forgotten` = no row, because no past is kept or no query reads it, so that nothing of today leaks.
   */
  past: Select | 'unchanged' | 'forgotten'
  /**
   * The rows that a reader with a scope sees. `hidden` = none. `part` = for a reader whose tables hold routes of others, `whole` = for
   * every other reader.
   */
  scope: Select | { whole: Select; part: Select } | 'hidden'
  retention: TableRetention
  /**
   * Columns that the erasure of a person rewrites: `signatures` hold a name or address and nothing else, `texts` may contain an address.
   * `kept` = the erasure changes no row.
   */
  erasure: { signatures?: readonly string[]; texts?: Readonly<Record<string, 'text' | 'jsonb'>> } | 'kept'
  /** Statement that returns `id` and `name` of the rows that entries of the audit are about; $1 = ids. */
  named?: Select
}

/** Tables by name. Retention and erasure read them in this order. */
export type Tables = Readonly<Record<string, Table>>
