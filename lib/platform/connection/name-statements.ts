import { hash } from 'node:crypto'
import pg from 'pg'

/**
 * Gives each statement with parameters a name (the hash of its text), so that Postgres reuses its plan. Affects all
 * clients of this process, including pools that are opened later.
 * @returns function that stops naming statements
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
