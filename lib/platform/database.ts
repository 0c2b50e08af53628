import pg from 'pg'
import { isUnanswered } from './database-failure.ts'
import { componentLogger } from './log.ts'
import { letPrismaJoin, letPrismaReach } from './prisma/with-prisma.ts'

/**
 * One Postgres, reached through one pool that SQL and Prisma ({@link withPrisma}) share.
 *
 * SQL's results keep what JavaScript numbers would lose: `int8` and `numeric` arrive as strings, `date` as
 * `YYYY-MM-DD`, `timestamptz` as `Date`.
 */
export type Database = {
  readonly pool: pg.Pool
  readonly url: string
  /**
   * Runs `fn` inside BEGIN ... COMMIT on a client of its own; any throw rolls back and passes through.
   * Nothing that `fn` does outside `client` is part of the transaction.
   */
  transaction<T>(fn: (client: pg.PoolClient) => Promise<T>): Promise<T>
  /** Ends Prisma and the pool, and waits for clients in use. Further use throws. */
  close(): Promise<void>
}

export type DatabaseOptions = {
  /** Maximum number of connections; default 10. */
  max?: number
  /** How long a caller waits for a connection (ms), be it a new one or one that is in use; default 10 s. */
  waitMs?: number
  /**
   * Postgres ends a statement that takes longer (ms), also one that waits for a lock (57014). The client itself gives up
   * {@link CLIENT_GRACE_MS} later, for a server that says nothing any more. Default: never.
   */
  statementLimitMs?: number
  /**
   * Postgres ends a transaction that is idle for this long (ms). Without it, a process that was paused, or whose machine
   * vanished, keeps its row locks until TCP times out. Default: never.
   */
  idleInTransactionMs?: number
  /** Shown in pg_stat_activity. */
  applicationName: string
}

/** A server that is well has ended a statement by then, and said so. */
const CLIENT_GRACE_MS = 2_000

const DATE_OID = 1082
const TIMESTAMP_OID = 1114

/** pg reads `date` and `timestamp` in the machine's time zone; both are kept as Postgres wrote them. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === DATE_OID || oid === TIMESTAMP_OID
      ? (value: string) => value
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}

/**
 * How soon a vanished peer is noticed: after 10 s of silence, three probes 5 s apart, or 20 s without an acknowledgement
 * (25 s at most; the system's defaults are hours). Postgres then ends the session and with it every lock that it holds.
 * Node sends ten probes a second apart.
 */
const SILENT_MS = 10_000
const SERVER_KEEPALIVE =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=20000'

/** Prisma's adapter reads and writes times without their zone, as if every session's were this one. */
const ZONE = '-c TimeZone=UTC'

/**
 * What every connection of the product is made with, whoever opens it: TCP keepalive on both sides, UTC and a limit for connecting.
 * Postgres ignores settings of TCP where its system has none, and on Unix sockets; `options` of the URL win over them.
 */
export function connectionSettings(url: string, applicationName: string) {
  const { address, options } = withoutOptions(url)
  return {
    connectionString: address,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: SILENT_MS,
    options: [SERVER_KEEPALIVE, options, ZONE].join(' '),
  } satisfies pg.ClientConfig
}

/** pg takes what the URL says and nothing else. */
function withoutOptions(url: string): { address: string; options: string } {
  const address = URL.parse(url)
  const options = address?.searchParams.get('options')
  if (!address || !options) return { address: url, options: '' }
  address.searchParams.delete('options')
  return { address: address.href, options }
}

/** Opens no connection: the pool does, at the first query. @param url of Postgres, credentials included */
export function createDatabase(url: string, options: DatabaseOptions): Database {
  const log = componentLogger('database')
  const pool = new pg.Pool({
    ...connectionSettings(url, options.applicationName),
    max: options.max ?? 10,
    ...(options.waitMs ? { connectionTimeoutMillis: options.waitMs } : {}),
    idleTimeoutMillis: 60_000,
    types,
    ...(options.idleInTransactionMs ? { idle_in_transaction_session_timeout: options.idleInTransactionMs } : {}),
    ...(options.statementLimitMs
      ? { statement_timeout: options.statementLimitMs, query_timeout: options.statementLimitMs + CLIENT_GRACE_MS }
      : {}),
  })
  // An idle connection that Postgres closes (restart, failover) is an event of the pool, not an error of a caller:
  // without a listener it would end the process.
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection was lost'))
  const prisma = letPrismaReach(pool)
  let closing: Promise<void> | undefined

  return {
    pool,
    url,
    transaction: (fn) => inTransaction(pool, fn),
    close() {
      closing ??= prisma.disconnect().then(() => pool.end())
      return closing
    },
  }
}

/**
 * Runs `work` on a connection of its own. The pool listens to idle clients only: without a listener, a connection that is lost
 * between two queries would end the process.
 * @param work receives `discard`, which keeps the connection from being used again
 */
export async function onClient<T>(
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
  } finally {
    client.removeListener('error', discard)
    client.release(broken)
  }
}

function inTransaction<T>(pool: pg.Pool, fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  return onClient(pool, async (client, discard) => {
    try {
      await client.query('BEGIN')
      const result = await fn(client)
      await client.query('COMMIT')
      return result
    } catch (error) {
      // without a connection Postgres rolls back by itself; one that does not answer would not answer this either
      if (isUnanswered(error)) discard(error)
      else await client.query('ROLLBACK').catch(discard)
      throw error
    }
  })
}
