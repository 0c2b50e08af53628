import pg from 'pg'
import { beginWithNext, connectionSettings, DatabaseClient } from './connection/index.ts'
import { databaseFailure, isUnanswered } from './database-failure.ts'
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

/**
 * For whoever records: a commit says something every few milliseconds, and every few seconds where a busy machine meets a large estate.
 * One that fell silent must not keep a source, a group or a router locked.
 */
export const SILENT_COMMIT_MS = 10_000

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

const oids = { date: 1082, timestamp: 1114, timestamptz: 1184, timestamptzArray: 1185 }

type Parser = (text: string) => unknown
const pgParser = pg.types.getTypeParser as (oid: number, format?: string) => Parser
const slowInstant = pgParser(oids.timestamptz)
const slowInstants = pgParser(oids.timestamptzArray)

/** An instant of the years 1000 to 2999 as a connection in UTC writes it: V8 reads it as pg does, in a seventh of the time, cut to milliseconds. */
const isPlain = (text: string) =>
  text.length <= 29 && text.endsWith('+00') && (text[0] === '1' || text[0] === '2') && text[4] === '-'

function instants(text: string): unknown {
  if (!text.startsWith('{"') || !text.endsWith('"}')) return slowInstants(text)
  const parts = text.slice(2, -2).split('","')
  return parts.every(isPlain) ? parts.map((part) => new Date(part)) : slowInstants(text)
}

/** pg reads `date` and `timestamp` in the machine's time zone; both are kept as Postgres wrote them. */
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

/** Opens no connection: the pool does, at the first query. @param url of Postgres, credentials included */
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
  // An idle connection that Postgres closes (restart, failover) is an event of the pool, not an error of a caller:
  // without a listener it would end the process.
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
 * Runs `work` on a connection of its own. The pool listens to idle clients only: without a listener, a connection that is lost
 * between two queries would end the process.
 * @param work receives `discard`, which keeps the connection from being used again
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
    // a pooler keeps a connection whose server became a standby, and another host takes writes by now
    if (error instanceof Error && databaseFailure(error) === 'read_only') discard(error)
    throw error
  } finally {
    client.removeListener('error', discard)
    client.release(broken)
  }
}

/** A session of a pooler keeps no limits, so that each transaction begins with them. */
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
      // without a connection Postgres rolls back by itself; one that does not answer would not answer this either
      if (isUnanswered(error)) discard(error)
      else if (begun.isBegun) await client.query('ROLLBACK').catch(discard)
      if (begun.isUnsure && error instanceof Error) discard(error)
      throw error
    }
  })
}
