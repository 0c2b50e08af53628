import { hash } from 'node:crypto'
import pg from 'pg'

/**
 * Makes every client of this process send statements with parameters under a name (the hash of their text), so that
 * Postgres parses and plans each statement only once per session. Clients that are created later are affected too.
 * @returns function that ends this
 */
export function enableNamedStatements(): () => void {
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
