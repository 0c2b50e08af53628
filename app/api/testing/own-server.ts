import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { type TemporaryPostgresServer, startScratchServer } from '#lib/platform/testing/scratch-server.ts'
import { overrideDatabaseUrl as connectWeb } from '#lib/questions/index.ts'

/**
 * Starts a migrated database server for the tests of a file, because some failures affect all databases of a server.
 * The web's connections to it are opened for each test.
 * @param limits limits in place of the product's
 * @returns its address, and a session that the web does not use; both are available from the first test on
 */
export function withOwnServer(limits?: Parameters<typeof connectWeb>[1]) {
  let server: TemporaryPostgresServer | undefined
  let admin: pg.Client | undefined
  let close: () => Promise<void>
  beforeAll(async () => {
    const root = path.resolve(import.meta.dirname, '../../..')
    server = await startScratchServer(root)
    await applyMigrations(server.url, { folder: path.join(root, 'prisma/migrations') })
    admin = new pg.Client({ connectionString: server.url })
    await admin.connect()
  })
  afterAll(async () => {
    await admin?.end()
    await server?.stop()
  })
  beforeEach(() => {
    close = connectWeb(own.url, limits)
  })
  afterEach(() => close())
  const own = {
    get url(): string {
      if (!server) throw new Error('the server has not started')
      return server.url
    },
    get admin(): pg.Client {
      if (!admin) throw new Error('the server has not started')
      return admin
    },
    /** Connects the web to another server until the test ends. */
    async connectTo(url: string): Promise<void> {
      await close()
      close = connectWeb(url, limits)
    },
  }
  return own
}
