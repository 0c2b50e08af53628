import { hash } from 'node:crypto'
import pg from 'pg'

/**
 * Statements with parameters get their text's hash as a name, by which Postgres finds what it has planned: those of every client of this
 * process, also of pools that are opened for questions.
 * @returns ends it
 */
export function nameStatements(): () => void {
  const { query } = pg.Client.prototype
  const ask = query as unknown as (this: pg.Client, ...asked: unknown[]) => unknown
  function named(this: pg.Client, asked: unknown, values?: unknown, ...rest: unknown[]): unknown {
    return typeof asked === 'string' && Array.isArray(values) && values.length > 0
      ? ask.call(this, { name: hash('sha1', asked), text: asked, values }, ...rest)
      : ask.call(this, asked, values, ...rest)
  }
  Object.assign(pg.Client.prototype, { query: named })
  return () => void Object.assign(pg.Client.prototype, { query })
}
