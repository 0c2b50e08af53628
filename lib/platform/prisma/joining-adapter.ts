import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, SqlDriverAdapterFactory, Transaction } from '@prisma/driver-adapter-utils'
import pg from 'pg'

/**
 * Prisma's adapter for a pool, of which a transaction may also be one that somebody else began with pg: Prisma then asks on that
 * connection, and neither begins, commits nor rolls back.
 * @param joined the connection to join; undefined = Prisma takes one of the pool and begins a transaction of its own
 */
export function joiningAdapter(pool: pg.Pool, joined: () => pg.PoolClient | undefined): SqlDriverAdapterFactory {
  const own = new PrismaPg(pool)
  return {
    provider: own.provider,
    adapterName: own.adapterName,
    async connect(): Promise<SqlDriverAdapter> {
      const adapter = await own.connect()
      return {
        provider: adapter.provider,
        adapterName: adapter.adapterName,
        queryRaw: (query) => adapter.queryRaw(query),
        executeRaw: (query) => adapter.executeRaw(query),
        executeScript: (script) => adapter.executeScript(script),
        getConnectionInfo: () => adapter.getConnectionInfo(),
        dispose: () => adapter.dispose(),
        startTransaction: (level) => {
          const client = joined()
          return client ? joinTransaction(client) : adapter.startTransaction(level)
        },
      }
    },
  }
}

async function joinTransaction(client: pg.PoolClient): Promise<Transaction> {
  const adapter = await new PrismaPg(new OneConnection(client)).connect()
  const run = async (statement: string) => void (await client.query(statement))
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

/** A pool for the adapter, which takes nothing else, that asks everything on a connection that is taken already. */
class OneConnection extends pg.Pool {
  readonly #client: pg.PoolClient

  constructor(client: pg.PoolClient) {
    super()
    this.#client = client
  }

  override query = ((...asked: Parameters<pg.PoolClient['query']>) => this.#client.query(...asked)) as pg.Pool['query']
}
