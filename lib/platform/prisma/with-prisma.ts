import { AsyncLocalStorage } from 'node:async_hooks'
import type { SqlDriverAdapterFactory, SqlDriverAdapter, Transaction } from '@prisma/driver-adapter-utils'
import { wordTable } from '#lib/bgp/word-table.ts'
import type { Prisma, PrismaClient } from '../generated/prisma/client.ts'
import { queryable, type Queryable } from '../queryable.ts'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'

/** The tables as Prisma Client has them. Transactions are those of `Database.transaction`. */
export type Tables = Omit<Prisma.TransactionClient, '$transaction'>

/**
 * Asks with Prisma where `db` would ask with SQL: on its pool, or on the connection of its transaction, of which it then is a part.
 * Several statements are one transaction only inside `Database.transaction` (ADR 0114).
 * @param db a database, its pool, or the client that `transaction` gave
 * @param ask must not use `tables` after it has ended
 * @throws DatabaseError, MissingRowError; see `databaseFailure` for what keeps the database from answering
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

/** Lets {@link withPrisma} reach what stands in front of a pool or a client: its statements go through `front.query`, as SQL does. */
export function letPrismaReachThrough(front: Queryable, base: Queryable): void {
  const reachable: Reachable = front
  const { [PRISMA]: reached } = base as Reachable
  // a client answers one question after the other
  if (reached) reachable[PRISMA] = reached.on(front, 'release' in base)
}

/** Lets {@link withPrisma} pass a reader by, because its statements differ from those of SQL: Prisma queries the pool behind it. */
export function letPrismaPass(front: Queryable, pool: Queryable): void {
  const reachable: Reachable = front
  const { [PRISMA]: reached } = pool as Reachable
  if (reached) reachable[PRISMA] = reached
}

/** How Prisma reaches a pool or a client. It hangs there, because a web bundler may instantiate this module more than once. */
const PRISMA = Symbol.for('peerwatch.prisma')
type Ask = <T>(ask: (tables: Tables) => Promise<T>) => Promise<T>
/** `on`: the same on one connection, or on whatever stands before some. */
type Reached = Ask & { on: (asked: Queryable, inTurn: boolean) => Reached }
type Reachable = object & { [PRISMA]?: Reached }

/** Longest delay of a timer. The limits of a transaction are Postgres's own. */
const NEVER_MS = 2 ** 31 - 1

/**
 * Lets {@link withPrisma} reach a pool.
 * @returns disconnects Prisma; the pool stays open
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
          // of all that happens meanwhile, only the beginning of this one transaction is to join
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

/** Loaded and made when it is needed: the first of a process takes 55 MB and 0.1 s, each further one 9 MB and 30 ms. */
async function makeClient(adapter: SqlDriverAdapterFactory): Promise<PrismaClient> {
  const { PrismaClient } = await import('../generated/prisma/client.ts')
  return new PrismaClient({ adapter, errorFormat: 'minimal' })
}

/** Lets {@link withPrisma} reach a client of a pool, as long as the client is taken. */
export function letPrismaJoin(client: pg.PoolClient, pool: pg.Pool): void {
  const reachable: Reachable = client
  const { [PRISMA]: reached } = pool as Reachable
  if (reached) reachable[PRISMA] ??= reached.on(client, true)
}

/** What Postgres refused, reported by Prisma. `code` is the SQLSTATE, as in an error of pg, so that both are classified alike. */
export class DatabaseError extends Error {
  override name = 'DatabaseError'
  readonly code: string

  constructor(code: string, message: string, cause: unknown) {
    super(message, { cause })
    this.code = code
  }
}

/** The row that was to be changed, or had to be there, is not. */
export class MissingRowError extends Error {
  override name = 'MissingRowError'
}

/** What the adapter reports of an error of the server. */
type Reported = { originalCode?: string; originalMessage?: string; kind?: string; code?: string; message?: string }

/** Prisma's own codes for what has no SQLSTATE (https://www.prisma.io/docs/orm/reference/error-reference). */
const STATES: Readonly<Record<string, string>> = wordTable({
  P1001: '08001', // not reachable
  P1008: '08006', // silent
  P1017: '08006', // closed
  P2028: '25P04', // Prisma's transaction took too long, or is closed
})

/**
 * Prisma's error as the product's own: {@link DatabaseError} with the server's SQLSTATE, {@link MissingRowError}. What did not come
 * from the server or Prisma, such as a lost connection, is passed on as it is.
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
 * Prisma's adapter for a pool, of which a transaction may also be one that somebody else began with pg: Prisma then asks on that
 * connection, and neither begins, commits nor rolls back.
 * @param joined what to join; undefined = Prisma takes a connection of the pool and begins a transaction of its own
 */
function joiningAdapter(pool: pg.Pool, joined: () => OneConnection | undefined): SqlDriverAdapterFactory {
  const { provider, adapterName } = new PrismaPg(pool)
  return {
    provider,
    adapterName,
    async connect(): Promise<SqlDriverAdapter> {
      // Prisma names the schema with each table, and takes public for it. Whoever asks first may hold the last connection.
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

/** A connection that is taken already, or what stands before some, as a pool: Prisma's adapter takes nothing else. */
class OneConnection extends pg.Pool {
  readonly #asked: Queryable
  readonly #inTurn: boolean
  #transaction: Promise<Transaction> | undefined
  /** Prisma asks some questions at once, and a connection answers one after the other. */
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

  /** What was begun on the connection, and is ended there, as a transaction of Prisma. */
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
      // Prisma leaves COMMIT and ROLLBACK to the functions below
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
