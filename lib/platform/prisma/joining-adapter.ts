import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, SqlDriverAdapterFactory, Transaction } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import type { Queryable } from '../queryable.ts'

/**
 * Prisma's adapter for a pool, of which a transaction may also be one that somebody else began with pg: Prisma then asks on that
 * connection, and neither begins, commits nor rolls back.
 * @param joined what to join; undefined = Prisma takes a connection of the pool and begins a transaction of its own
 */
export function joiningAdapter(pool: pg.Pool, joined: () => OneConnection | undefined): SqlDriverAdapterFactory {
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
export class OneConnection extends pg.Pool {
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
