import pg from 'pg'
import { beginWithNextStatement, buildConnectionSettings, DatabaseClient } from './connection/index.ts'
import { classifyDatabaseFailure, isClientTimeout } from './database-failure.ts'
import { createComponentLogger } from './log.ts'
import { attachPrismaToClient, attachPrismaToPool } from './prisma/with-prisma.ts'

/**
 * Postgres database with one pool of connections. SQL statements and Prisma ({@link runWithPrisma}) share the pool.
 * Results of SQL keep values exact: `int8` and `numeric` are strings, `date` is text in the form `YYYY-MM-DD`,
 * `timestamptz` is a `Date`.
 */
export type Database = {
  readonly pool: pg.Pool
  readonly url: string
  /**
   * Runs `fn` in a transaction on its own connection. If `fn` throws, the transaction is rolled back and the error is
   * thrown again. Only statements on `client` are part of the transaction.
   */
  transaction<T>(fn: (client: pg.PoolClient) => Promise<T>): Promise<T>
  /** Closes Prisma and the pool after all clients in use were returned. Any later use throws. */
  close(): Promise<void>
}

/**
 * Time in milliseconds after which Postgres ends a transaction in which a process that records polls sends no
 * statement. Otherwise a process that hangs would keep its rows locked, so that no other process could record polls of
 * the same resource. A working process sends a statement every few milliseconds, on a busy machine every few seconds.
 */
export const MAX_SILENT_TRANSACTION_MS = 10_000

export type DatabaseOptions = {
  /** Maximum number of connections; default 10. */
  max?: number
  /** Maximum wait in milliseconds until a connection of the pool is available; default 10 s. */
  waitMs?: number
  /**
   * Maximum duration of a statement in milliseconds, including its wait for locks. Postgres ends a longer statement
   * (57014). If Postgres does not respond, the client itself stops waiting {@link CLIENT_GRACE_MS} later. Default: no
   * limit.
   */
  statementLimitMs?: number
  /**
   * Time in milliseconds after which Postgres ends a transaction that sends no statement. Without this limit, a process
   * that hangs or whose machine vanished keeps its row locks until TCP times out. Default: no limit.
   */
  idleInTransactionMs?: number
  /** Name of this process's connections in pg_stat_activity. */
  applicationName: string
}

/**
 * Time in milliseconds for which the client waits after the statement limit. A working server reports within this time
 * that it ended the statement.
 */
const CLIENT_GRACE_MS = 2_000

const oids = { date: 1082, timestamp: 1114, timestamptz: 1184, timestamptzArray: 1185 }

type Parser = (text: string) => unknown
const pgParser = pg.types.getTypeParser as (oid: number, format?: string) => Parser
const slowInstant = pgParser(oids.timestamptz)
const slowInstants = pgParser(oids.timestamptzArray)

/**
 * Reports whether a text is an instant of the years 1000 to 2999 in UTC, as Postgres writes it. `new Date` parses such
 * a text seven times as fast as pg's parser. The result is the same, except that it is truncated to milliseconds.
 */
const isPlain = (text: string) =>
  text.length <= 29 && text.endsWith('+00') && (text[0] === '1' || text[0] === '2') && text[4] === '-'

function instants(text: string): unknown {
  if (!text.startsWith('{"') || !text.endsWith('"}')) return slowInstants(text)
  const parts = text.slice(2, -2).split('","')
  return parts.every(isPlain) ? parts.map((part) => new Date(part)) : slowInstants(text)
}

/**
 * Parsers of column values by type. `date` and `timestamp` remain texts, because pg would read them in the time
 * zone of the machine.
 */
const parsers = new Map<number, Parser>([
  [oids.date, (text) => text],
  [oids.timestamp, (text) => text],
  [oids.timestamptz, (text) => (isPlain(text) ? new Date(text) : slowInstant(text))],
  [oids.timestamptzArray, instants],
])

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format = 'text') =>
    (format === 'text' && parsers.get(oid)) || pgParser(oid, format)) as pg.CustomTypesConfig['getTypeParser'],
}

/**
 * Creates a database. No connection is opened yet; the pool opens connections when they are needed.
 * @param url address of Postgres with credentials
 */
export function createDatabase(url: string, options: DatabaseOptions): Database {
  const log = createComponentLogger('database')
  const settings = buildConnectionSettings(url, options.applicationName)
  const pool = new pg.Pool({
    ...settings,
    Client: DatabaseClient,
    max: options.max ?? 10,
    ...(options.waitMs ? { connectionTimeoutMillis: options.waitMs } : {}),
    idleTimeoutMillis: 60_000,
    types,
    ...(options.idleInTransactionMs ? { idle_in_transaction_session_timeout: options.idleInTransactionMs } : {}),
    ...(options.statementLimitMs
      ? { statement_timeout: options.statementLimitMs, query_timeout: options.statementLimitMs + CLIENT_GRACE_MS }
      : {}),
  })
  // Postgres closes idle connections when it restarts or fails over. Without this listener, such a loss would end the
  // process. No caller is affected, so the loss is only logged.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'))
  const prisma = attachPrismaToPool(pool)
  const begin = beginWith(options, settings.address.isPooled)
  let closing: Promise<void> | undefined

  return {
    pool,
    url,
    transaction: (fn) => inTransaction(pool, begin, fn),
    close() {
      closing ??= prisma.disconnect().then(() => pool.end())
      return closing
    },
  }
}

/**
 * Runs `work` on its own connection of the pool. While it runs, a listener handles the loss of the connection between
 * two queries. The pool listens only on idle connections, so without this listener such a loss would end the process.
 * @param work receives `discard`, which prevents that the connection is used again
 */
async function onClient<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, discard: (reason: Error) => void) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  const discard = (reason: Error) => {
    broken = reason
  }
  client.on('error', discard)
  attachPrismaToClient(client, pool)
  try {
    return await work(client, discard)
  } catch (error) {
    // the connection is closed and not reused. Through a pooler, it could stay connected to a server that has become a
    // standby, although another host accepts writes now
    if (error instanceof Error && classifyDatabaseFailure(error) === 'read_only') discard(error)
    throw error
  } finally {
    client.removeListener('error', discard)
    client.release(broken)
  }
}

/**
 * Returns the statements that begin a transaction. With a pooler they also set the time limits, because the sessions of
 * a pooler do not keep such settings.
 */
function beginWith({ statementLimitMs, idleInTransactionMs }: DatabaseOptions, isPooled: boolean): string[] {
  if (!isPooled) return ['BEGIN']
  const limits = { statement_timeout: statementLimitMs, idle_in_transaction_session_timeout: idleInTransactionMs }
  const given = Object.entries(limits).filter(([, ms]) => ms !== undefined)
  return ['BEGIN', ...given.map(([name, ms]) => `SET LOCAL ${name} = ${ms}`)]
}

function inTransaction<T>(
  pool: pg.Pool,
  begin: readonly string[],
  fn: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  return onClient(pool, async (client, discard) => {
    const begun = beginWithNextStatement(client, begin)
    try {
      const result = await fn(client)
      begun.end()
      if (begun.isBegun) await client.query('COMMIT')
      return result
    } catch (error) {
      begun.end()
      // ROLLBACK is not sent if the client stopped waiting for a response, because the server would not respond to it
      // either; Postgres rolls back when the connection closes
      if (isClientTimeout(error)) discard(error)
      else if (begun.isBegun) await client.query('ROLLBACK').catch(discard)
      if (begun.isUnsure && error instanceof Error) discard(error)
      throw error
    }
  })
}
