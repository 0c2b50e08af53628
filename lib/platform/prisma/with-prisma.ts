import { AsyncLocalStorage } from 'node:async_hooks'
import type { SqlDriverAdapterFactory, SqlDriverAdapter, Transaction } from '@prisma/driver-adapter-utils'
import { wordTable } from '#lib/bgp/word-table.ts'
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts'
import { queryable, type Queryable } from '../queryable.ts'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'

/**
 * Tables of Prisma Client, without its function for transactions, because transactions are started only with
 * `Database.transaction`.
 */
export type Tables = Omit<Prisma.TransactionClient, '$transaction'>

/**
 * Runs queries with Prisma on the connection that `db` would use for SQL: on its pool, or on the connection of its
 * transaction, to which the queries then belong. Several statements form a transaction only inside
 * `Database.transaction` (ADR 0114).
 * @param db a database, its pool, or the client of `transaction`
 * @param ask must not use `tables` after it has ended
 * @throws DatabaseError, MissingRowError; `databaseFailure` classifies failures of the database
 */
export async function withPrisma<T>(
  db: { readonly pool: Queryable } | Queryable,
  ask: (tables: Tables) => Promise<T>,
): Promise<T> {
  const { [PRISMA]: reached } = queryable(db) as Reachable
  if (!reached) throw new Error('Prisma reaches the pool of createDatabase and its clients, not this connection')
  try {
    return await reached(ask)
  } catch (error) {
    throw ownError(error)
  }
}

/**
 * Makes {@link withPrisma} usable with a wrapper of a pool or client. Prisma's statements then go through
 * `front.query`, as SQL does.
 */
export function letPrismaReachThrough(front: Queryable, base: Queryable): void {
  const reachable: Reachable = front
  const { [PRISMA]: reached } = base as Reachable
  // a client (which has `release`) executes one query at a time, so its queries must be sent one after another
  if (reached) reachable[PRISMA] = reached.on(front, 'release' in base)
}

/**
 * Makes {@link withPrisma} usable with a reader, but sends Prisma's statements directly to the pool behind it, because
 * they differ from the statements in SQL.
 */
export function letPrismaBypass(front: Queryable, pool: Queryable): void {
  const reachable: Reachable = front
  const { [PRISMA]: reached } = pool as Reachable
  if (reached) reachable[PRISMA] = reached
}

/**
 * Symbol of the property of a pool or client that gives Prisma access to it. It is global, because a web bundler can
 * instantiate this module more than once.
 */
const PRISMA = Symbol.for('peerwatch.prisma')
type Ask = <T>(ask: (tables: Tables) => Promise<T>) => Promise<T>
/** Function that runs queries with Prisma. Its `on` returns such a function for a single connection or a wrapper. */
type Reached = Ask & { on: (asked: Queryable, inTurn: boolean) => Reached }
type Reachable = object & { [PRISMA]?: Reached }

/**
 * Maximum delay of a timer in milliseconds, used as Prisma's time limit. It disables the limit, because Postgres limits
 * the duration of transactions.
 */
const NEVER_MS = 2 ** 31 - 1

/**
 * Makes {@link withPrisma} usable with a pool.
 * @returns disconnect: disconnects Prisma; the pool remains open
 */
export function letPrismaReach(pool: pg.Pool): { disconnect(): Promise<void> } {
  const joined = new AsyncLocalStorage<OneConnection | undefined>()
  let making: Promise<PrismaClient> | undefined
  const prisma = () => {
    making ??= makeClient(joiningAdapter(pool, () => joined.getStore()))
    return making
  }
  const onPool: Ask = async (ask) => ask(await prisma())
  const on = (asked: Queryable, inTurn: boolean): Reached => {
    const connection = new OneConnection(asked, inTurn)
    const onConnection: Ask = async (ask) => {
      const shared = await prisma()
      return joined.run(connection, () =>
        shared.$transaction(
          // only the start of this transaction may join the connection, and no other query that runs meanwhile
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
 * Loads and creates a Prisma client at the first use. The first client of a process takes 55 MB and 0.1 s, and each
 * further client 9 MB and 30 ms.
 */
async function makeClient(adapter: SqlDriverAdapterFactory): Promise<PrismaClient> {
  const { PrismaClient } = await import('../generated/prisma/client.ts')
  return new PrismaClient({ adapter, errorFormat: 'minimal' })
}

/** Makes {@link withPrisma} usable with a client of a pool while the client is checked out. */
export function letPrismaJoin(client: pg.PoolClient, pool: pg.Pool): void {
  const reachable: Reachable = client
  const { [PRISMA]: reached } = pool as Reachable
  if (reached) reachable[PRISMA] ??= reached.on(client, true)
}

/**
 * Error of Postgres that Prisma reported. `code` is the SQLSTATE as in an error of pg, so that errors of both are
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

/** Error for a row that does not exist although it was to be changed or read. */
export class MissingRowError extends Error {
  override name = 'MissingRowError'
}

/** Members of an error that Prisma's database adapter reports. */
type Reported = { originalCode?: string; originalMessage?: string; kind?: string; code?: string; message?: string }

/** SQLSTATE codes for Prisma's own error codes (https://www.prisma.io/docs/orm/reference/error-reference). */
const STATES: Readonly<Record<string, string>> = wordTable({
  P1001: '08001', // server is unreachable
  P1008: '08006', // server does not respond
  P1017: '08006', // connection was closed
  P2028: '25P04', // Prisma's transaction took too long, or is closed
})

/**
 * Converts an error of Prisma: {@link DatabaseError} with the server's SQLSTATE, or {@link MissingRowError}. Other
 * errors, for example a lost connection, are returned unchanged.
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
 * Returns Prisma's adapter for a pool, extended so that Prisma can join a transaction that was started with pg. In that
 * case Prisma uses the connection of that transaction, and does not begin, commit or roll back.
 * @param joined returns the connection to join; undefined = Prisma takes a connection of the pool and begins its own
 *   transaction
 */
function joiningAdapter(pool: pg.Pool, joined: () => OneConnection | undefined): SqlDriverAdapterFactory {
  const { provider, adapterName } = new PrismaPg(pool)
  return {
    provider,
    adapterName,
    async connect(): Promise<SqlDriverAdapter> {
      // Prisma qualifies tables with the schema and assumes public, so the current schema is read. The joined
      // connection is used first, because it may be the last of the pool.
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

/** A checked-out connection, or a wrapper, in the form of a pool, because Prisma's adapter accepts only pools. */
class OneConnection extends pg.Pool {
  readonly #asked: Queryable
  readonly #inTurn: boolean
  #transaction: Promise<Transaction> | undefined
  /**
   * End of the last query. Prisma sends some queries in parallel, but a single connection must execute them one after
   * another.
   */
  #last: Promise<unknown> = Promise.resolve()

  constructor(asked: Queryable, inTurn: boolean) {
    super()
    this.#asked = asked
    this.#inTurn = inTurn
  }

  override query = ((...question: Parameters<Queryable['query']>) => {
    if (!this.#inTurn) return this.#asked.query(...question)
    const answer = this.#last.then(() => this.#asked.query(...question))
    this.#last = answer.catch(() => {})
    return answer
  }) as pg.Pool['query']

  /**
   * Returns the transaction that was started on the connection with pg, in Prisma's form. Its `commit` and `rollback`
   * do nothing, because pg ends it.
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
      // with this option Prisma leaves COMMIT and ROLLBACK to the functions below
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
