import pg from 'pg'
import { beginWithNext, connectionSettings, DatabaseClient } from './connection/index.ts'
import { databaseFailure, isClientTimeout } from './database-failure.ts'
import { componentLogger } from './log.ts'
import { letPrismaJoin, letPrismaReach } from './prisma/with-prisma.ts'

/**
 * Postgres database that is reached through one connection pool, which SQL and Prisma ({@link withPrisma}) share.
 * Results of SQL keep values that JavaScript numbers would lose: `int8` and `numeric` are strings, `date` is
 * `YYYY-MM-DD`, `timestamptz` is a `Date`.
 */
export type Database = {
  readonly pool: pg.Pool
  readonly url: string
  /**
   * Runs `fn` inside BEGIN ... COMMIT on its own client. An error rolls back and is rethrown. Only statements on
   * `client` are part of the transaction.
   */
  transaction<T>(fn: (client: pg.PoolClient) => Promise<T>): Promise<T>
  /** Disconnects Prisma and the pool, and waits for clients in use. Further use throws. */
  close(): Promise<void>
}

/**
 * Time in milliseconds after which Postgres ends an idle transaction of a process that records polls, so that a silent
 * process does not keep a source, a group or a router locked. Such a transaction normally sends a statement every few
 * milliseconds, and on a busy machine with a large estate every few seconds.
 */
export const SILENT_COMMIT_MS = 10_000

export type DatabaseOptions = {
  /** Maximum number of connections; default 10. */
  max?: number
  /** Maximum wait in milliseconds for a connection, whether it must be opened or is in use; default 10 s. */
  waitMs?: number
  /**
   * Maximum duration of a statement in milliseconds, including the wait for a lock, after which Postgres ends it
   * (57014). The client stops waiting {@link CLIENT_GRACE_MS} later if the server does not respond. Default: no limit.
   */
  statementLimitMs?: number
  /**
   * Time after which Postgres ends an idle transaction, in milliseconds. Without it, a process that was paused or whose
   * machine vanished keeps its row locks until TCP times out. Default: no limit.
   */
  idleInTransactionMs?: number
  /** Name of this process's connections in pg_stat_activity. */
  applicationName: string
}

/**
 * Time in milliseconds that the client waits after the statement limit. A working server ends the statement and reports
 * that within this time.
 */
const CLIENT_GRACE_MS = 2_000

const oids = { date: 1082, timestamp: 1114, timestamptz: 1184, timestamptzArray: 1185 }

type Parser = (text: string) => unknown
const pgParser = pg.types.getTypeParser as (oid: number, format?: string) => Parser
const slowInstant = pgParser(oids.timestamptz)
const slowInstants = pgParser(oids.timestamptzArray)

/**
 * Reports whether a text is an instant of the years 1000 to 2999 as Postgres writes it in UTC. V8 parses such a text in
 * a seventh of the time that pg takes, with the same result except that it is truncated to milliseconds.
 */
const isPlain = (text: string) =>
  text.length <= 29 && text.endsWith('+00') && (text[0] === '1' || text[0] === '2') && text[4] === '-'

function instants(text: string): unknown {
  if (!text.startsWith('{"') || !text.endsWith('"}')) return slowInstants(text)
  const parts = text.slice(2, -2).split('","')
  return parts.every(isPlain) ? parts.map((part) => new Date(part)) : slowInstants(text)
}

/**
 * Parsers by type. pg would read `date` and `timestamp` in the machine's time zone, so both are kept as the text of
 * Postgres.
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
 * Creates a database without opening a connection; the pool opens connections when they are needed.
 * @param url address of Postgres with credentials
 */
export function createDatabase(url: string, options: DatabaseOptions): Database {
  const log = componentLogger('database')
  const settings = connectionSettings(url, options.applicationName)
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
  // Without a listener, an idle connection that Postgres closes (restart, failover) would end the process. The loss is
  // not an error of a caller, so it is only logged.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'))
  const prisma = letPrismaReach(pool)
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
 * Runs `work` on its own connection. Adds a listener for a connection that is lost between two queries, because the
 * pool listens only to idle connections and the process would otherwise end.
 * @param work receives `discard`, which prevents the connection from being used again
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
  letPrismaJoin(client, pool)
  try {
    return await work(client, discard)
  } catch (error) {
    // the connection is discarded, because a pooler keeps a connection whose server became a standby, although another
    // host now accepts writes
    if (error instanceof Error && databaseFailure(error) === 'read_only') discard(error)
    throw error
  } finally {
    client.removeListener('error', discard)
    client.release(broken)
  }
}

/**
 * Returns the statements that begin a transaction. The sessions of a pooler do not keep time limits, so each
 * transaction sets them.
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
    const begun = beginWithNext(client, begin)
    try {
      const result = await fn(client)
      begun.end()
      if (begun.isBegun) await client.query('COMMIT')
      return result
    } catch (error) {
      begun.end()
      // if the connection is lost, Postgres rolls back on its own; a server that did not respond would not respond to
      // ROLLBACK either
      if (isClientTimeout(error)) discard(error)
      else if (begun.isBegun) await client.query('ROLLBACK').catch(discard)
      if (begun.isUnsure && error instanceof Error) discard(error)
      throw error
    }
  })
}
