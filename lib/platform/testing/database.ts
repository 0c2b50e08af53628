import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { enableNamedStatements } from '../connection/index.ts'
import { createDatabase, type Database } from '../database.ts'

export type TestDatabaseOptions = {
  /** True for a database without tables; otherwise all migrations are applied. */
  empty?: boolean
  /**
   * True if a test file runs the same queries hundreds of times: each connection then parses and plans a statement only
   * once.
   */
  prepared?: boolean
}

/**
 * Creates a database for the calling test file (or `describe`), and drops it afterwards. Call it at the top level:
 * ```ts
 * const db = withTestDatabase()
 * it('records', async () => { await db.pool.query('...') })
 * ```
 * The returned object is a {@link Database}. Its members can be used only inside tests and hooks, because the database
 * is created in `beforeAll`.
 */
export function withTestDatabase(options: TestDatabaseOptions = {}): Database {
  let made: { database: Database; drop: () => Promise<void> } | undefined
  let forgetNames: (() => void) | undefined
  const current = (): Database => {
    if (!made) throw new Error('the test database exists inside tests and hooks only')
    return made.database
  }

  beforeAll(async () => {
    const { url, drop } = await createTestDatabase(options)
    made = { database: createDatabase(url, { max: 8, applicationName: 'peerwatch-test' }), drop }
    if (options.prepared) forgetNames = enableNamedStatements()
  }, 60_000)

  afterAll(async () => {
    forgetNames?.()
    await made?.database.close()
    await made?.drop()
  }, 60_000)

  return {
    get pool() {
      return current().pool
    },
    get url() {
      return current().url
    },
    transaction: (fn) => current().transaction(fn),
    close: () => current().close(),
  }
}

/** Creates a database, for a test that needs a second database or starts processes that use it. */
export async function createTestDatabase(
  options: TestDatabaseOptions = {},
): Promise<{ url: string; drop: () => Promise<void> }> {
  const { PEERWATCH_TEST_DATABASE_URL: adminUrl, PEERWATCH_TEST_DATABASE_PREFIX: prefix } = process.env
  if (!adminUrl || !prefix) {
    throw new Error('there is no test server: a test that needs Postgres is named *.db.test.ts and run by vitest')
  }
  const name = `${prefix}_${randomBytes(6).toString('hex')}`
  const template = options.empty ? 'template0' : `${prefix}_template`
  // copy the files, because copying pages through the write-ahead log takes four times as much CPU
  await administer(adminUrl, `CREATE DATABASE "${name}" TEMPLATE "${template}" STRATEGY file_copy`)
  if (options.prepared) await administer(adminUrl, `ALTER DATABASE "${name}" SET plan_cache_mode = force_generic_plan`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(adminUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`) }
}

/** The connection of this process for statements about databases; null = none, or it was lost. */
let admin: Promise<pg.Client> | null = null

/** Runs a statement on the process's only administrative connection, because each new connection costs CPU time. */
async function administer(adminUrl: string, statement: string): Promise<void> {
  admin ??= connectAdmin(adminUrl)
  await (await admin).query(statement)
}

async function connectAdmin(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString })
  const forget = () => {
    admin = null
  }
  // the server stops at the end of the run
  client.on('error', forget)
  await client.connect().catch((error: unknown) => {
    forget()
    throw error
  })
  // The process may end while the connection is open. The types of pg lack this method of the client.
  const unreferenced = client as pg.Client & { unref(): void }
  unreferenced.unref()
  return client
}
