import { AsyncLocalStorage } from 'node:async_hooks'
import type { SqlDriverAdapterFactory, SqlDriverAdapter, Transaction } from '@prisma/driver-adapter-utils'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts'
import { getSqlExecutor, type SqlExecutor } from '../queryable.ts'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'

/**
 * Tables of the Prisma client. Its function for transactions is left out, because only `Database.transaction` may start
 * a transaction.
 */
export type PrismaTables = Omit<Prisma.TransactionClient, '$transaction'>

/**
 * Runs queries with Prisma. They use the same connection that SQL on `db` would use: the pool, or the connection of the
 * current transaction, which the queries then belong to. Several statements form a transaction only inside
 * `Database.transaction` (ADR 0114).
 * @param db a database, its pool, or the client of `transaction`
 * @param ask receives the tables, which it must not use after it has ended
 * @throws DatabaseError, MissingRowError; `classifyDatabaseFailure` classifies failures of the database
 */
export async function runWithPrisma<T>(
  db: { readonly pool: SqlExecutor } | SqlExecutor,
  ask: (tables: PrismaTables) => Promise<T>,
): Promise<T> {
  const { [PRISMA]: reached } = getSqlExecutor(db) as Reachable
  if (!reached) throw new Error('Prisma reaches the pool of createDatabase and its clients, not this connection')
  try {
    return await reached(ask)
  } catch (error) {
    throw ownError(error)
  }
}

/**
 * Makes {@link runWithPrisma} work with a wrapper around a pool or client. Prisma's statements then go through the
 * wrapper, as SQL statements do.
 */
export function attachPrismaToWrapper(front: SqlExecutor, base: SqlExecutor): void {
  const reachable: Reachable = front
  const { [PRISMA]: reached } = base as Reachable
  // an object with `release` is a client. It executes only one query at a time, so queries must be sent one after
  // another
  if (reached) reachable[PRISMA] = reached.on(front, 'release' in base)
}

/**
 * Makes {@link runWithPrisma} work with a wrapper around a pool, but sends Prisma's statements directly to the pool. The
 * wrapper only helps with statements in SQL.
 */
export function attachPrismaPastWrapper(front: SqlExecutor, pool: SqlExecutor): void {
  const reachable: Reachable = front
  const { [PRISMA]: reached } = pool as Reachable
  if (reached) reachable[PRISMA] = reached
}

/**
 * Symbol of the property by which a pool or client gives access to Prisma. It is the same in all copies of this module
 * that a web bundler creates.
 */
const PRISMA = Symbol.for('peerwatch.prisma')
type Ask = <T>(ask: (tables: PrismaTables) => Promise<T>) => Promise<T>
/**
 * Function that runs queries with Prisma on a pool. Its member `on` returns a function of the same type that runs the
 * queries on a single connection, or through a wrapper.
 */
type Reached = Ask & { on: (asked: SqlExecutor, inTurn: boolean) => Reached }
type Reachable = object & { [PRISMA]?: Reached }

/**
 * Time limit of Prisma's transactions: the maximum delay that a timer can have, so that the limit has no effect.
 * Postgres already limits the duration of transactions.
 */
const NEVER_MS = 2 ** 31 - 1

/**
 * Makes {@link runWithPrisma} work with a pool.
 * @returns disconnect: ends Prisma's use of the pool; the pool remains open
 */
export function attachPrismaToPool(pool: pg.Pool): { disconnect(): Promise<void> } {
  const joined = new AsyncLocalStorage<OneConnection | undefined>()
  let making: Promise<PrismaClient> | undefined
  const prisma = () => {
    making ??= makeClient(joiningAdapter(pool, () => joined.getStore()))
    return making
  }
  const onPool: Ask = async (ask) => ask(await prisma())
  const on = (asked: SqlExecutor, inTurn: boolean): Reached => {
    const connection = new OneConnection(asked, inTurn)
    const onConnection: Ask = async (ask) => {
      const shared = await prisma()
      return joined.run(connection, () =>
        shared.$transaction(
          // only the query that starts Prisma's transaction may join the connection. Other queries that run meanwhile
          // must not join it
          (tables) => joined.run(undefined, () => ask(tables)),
          { timeout: NEVER_MS, maxWait: NEVER_MS },
        ),
      )
    }
    return Object.assign(onConnection, { on })
  }
  const reachable: Reachable = pool
  reachable[PRISMA] = Object.assign(onPool, { on })
  return { disconnect: async () => (await making)?.$disconnect() }
}

/**
 * Loads the Prisma client code and creates a client. The first client of a process needs 55 MB and 0.1 s, each further
 * client 9 MB and 30 ms.
 */
async function makeClient(adapter: SqlDriverAdapterFactory): Promise<PrismaClient> {
  const { PrismaClient } = await import('../generated/prisma/client.ts')
  return new PrismaClient({ adapter, errorFormat: 'minimal' })
}

/**
 * Makes {@link runWithPrisma} work with a client of a pool, so that its queries belong to the transaction of the client.
 */
export function attachPrismaToClient(client: pg.PoolClient, pool: pg.Pool): void {
  const reachable: Reachable = client
  const { [PRISMA]: reached } = pool as Reachable
  if (reached) reachable[PRISMA] ??= reached.on(client, true)
}

/**
 * Error of Postgres that Prisma reported. `code` is the SQLSTATE as in errors of pg, so that both kinds of errors are
 * classified in the same way.
 */
export class DatabaseError extends Error {
  override name = 'DatabaseError'
  readonly code: string

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** Error about a row that does not exist, although a query with Prisma required it. */
export class MissingRowError extends Error {
  override name = 'MissingRowError'
}

/** Fields of an error of Prisma's database adapter. */
type Reported = { originalCode?: string; originalMessage?: string; kind?: string; code?: string; message?: string }

/** SQLSTATE codes that replace Prisma's own error codes (https://www.prisma.io/docs/orm/reference/error-reference). */
const STATES: Readonly<Record<string, string>> = createSafeLookupTable({
  P1001: '08001', // server is unreachable
  P1008: '08006', // server does not respond
  P1017: '08006', // connection was closed
  P2028: '25P04', // Prisma's transaction took too long, or is closed
})

/**
 * Converts an error of Prisma to a {@link DatabaseError} with the SQLSTATE of the server or of {@link STATES}, or to a
 * {@link MissingRowError}. Other errors are returned unchanged.
 */
function ownError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code, meta } = error as { code?: string; meta?: { driverAdapterError?: { cause?: Reported } } }
  if (code === 'P2025') return new MissingRowError(error.message, { cause: error })
  const reported =
    meta?.driverAdapterError?.cause ?? (error.name === 'DriverAdapterError' ? (error.cause as Reported) : {})
  const state = reported.originalCode ?? STATES[code ?? '']
  return state ? new DatabaseError(state, reported.originalMessage ?? error.message, error) : error
}

/**
 * Returns a database adapter of Prisma for a pool. In addition to the usual adapter, it can join a transaction that pg
 * has started. In this case Prisma uses the connection of that transaction and sends neither BEGIN nor COMMIT nor
 * ROLLBACK.
 * @param joined returns the connection to join; undefined = Prisma takes a connection of the pool and starts its own
 *   transaction
 */
function joiningAdapter(pool: pg.Pool, joined: () => OneConnection | undefined): SqlDriverAdapterFactory {
  const { provider, adapterName } = new PrismaPg(pool)
  return {
    provider,
    adapterName,
    async connect(): Promise<SqlDriverAdapter> {
      // Prisma writes the schema in front of each table name, and assumes `public`. Therefore the current schema is
      // read first. The joined connection is used for this, because the pool may have no other free connection
      const { rows } = await (joined() ?? pool).query<{ schema: string }>('SELECT current_schema() AS schema')
      const adapter = await new PrismaPg(pool, rows[0]).connect()
      return {
        provider,
        adapterName,
        queryRaw: (query) => adapter.queryRaw(query),
        executeRaw: (query) => adapter.executeRaw(query),
        executeScript: (script) => adapter.executeScript(script),
        getConnectionInfo: () => adapter.getConnectionInfo(),
        dispose: () => adapter.dispose(),
        startTransaction: async (level) => joined()?.transaction() ?? adapter.startTransaction(level),
      }
    },
  }
}

/** Wrapper that gives a single connection the interface of a pool, because Prisma's adapter accepts only pools. */
class OneConnection extends pg.Pool {
  readonly #asked: SqlExecutor
  readonly #inTurn: boolean
  #transaction: Promise<Transaction> | undefined
  /**
   * Promise of the end of the last query. Prisma sends some queries in parallel, but a single connection must execute
   * them one after another.
   */
  #last: Promise<unknown> = Promise.resolve()

  constructor(asked: SqlExecutor, inTurn: boolean) {
    super()
    this.#asked = asked
    this.#inTurn = inTurn
  }

  override query = ((...question: Parameters<SqlExecutor['query']>) => {
    if (!this.#inTurn) return this.#asked.query(...question)
    const answer = this.#last.then(() => this.#asked.query(...question))
    this.#last = answer.catch(() => {})
    return answer
  }) as pg.Pool['query']

  /**
   * Returns the transaction that pg has started on the connection, in Prisma's form. Its `commit` and `rollback` do
   * nothing, because pg ends the transaction.
   */
  transaction(): Promise<Transaction> {
    this.#transaction ??= this.#join()
    return this.#transaction
  }

  async #join(): Promise<Transaction> {
    const adapter = await new PrismaPg(this).connect()
    const run = async (statement: string) => void (await this.query(statement))
    return {
      provider: adapter.provider,
      adapterName: adapter.adapterName,
      // with this option Prisma calls the functions `commit` and `rollback` below and does not send COMMIT or ROLLBACK
      // itself
      options: { usePhantomQuery: true },
      queryRaw: (query) => adapter.queryRaw(query),
      executeRaw: (query) => adapter.executeRaw(query),
      commit: async () => {},
      rollback: async () => {},
      createSavepoint: (name) => run(`SAVEPOINT ${name}`),
      rollbackToSavepoint: (name) => run(`ROLLBACK TO SAVEPOINT ${name}`),
      releaseSavepoint: (name) => run(`RELEASE SAVEPOINT ${name}`),
    }
  }
}
