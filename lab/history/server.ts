import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  buildEmbeddedUrl,
  ensureCluster,
  findFreePort,
  waitForServer,
  spawnServer,
  stopLeftoverServer,
  stopServer,
} from '#lib/platform/bootstrap/postgres.ts'
import { discardData, choosePostgresFolders } from '#lib/platform/bootstrap/postgres-files.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

export interface BenchPostgresServer {
  /** process ID of the postmaster */
  pid: number
  /** Creates a database with every migration applied, or migrates the kept one, and returns its URL. */
  migrated(): Promise<string>
  /** Drops a database, and ends connections to it. */
  drop(url: string): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts Postgres like `npm start`, with the same durability. Stopping the server deletes its data, except in a kept
 * folder.
 * @param flags settings of the server, such as `max_connections=300`
 * @param environment environment variables of its processes, in addition to its minimal environment
 * @param keptFolder absolute path of a folder in which the databases are kept for the next run; undefined = a temporary
 *   folder is used
 */
export async function startBenchPostgresServer(
  flags: string[] = [],
  environment: Record<string, string> = {},
  keptFolder?: string,
): Promise<BenchPostgresServer> {
  const folder = keptFolder ?? mkdtempSync(path.join(tmpdir(), 'peerwatch-bench-'))
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
  const files = choosePostgresFolders({ root: ROOT, dataDir: folder })
  await stopLeftoverServer(files)
  ensureCluster(files, 'bench', { sync: false })
  const port = await findFreePort()
  const server = spawnServer(files, port, { flags, environment })
  const admin = buildEmbeddedUrl(port, 'bench', 'postgres')
  const stop = async () => {
    // writing the data of a large kept database to disk can take long
    await stopServer(server, keptFolder ? 120_000 : 5_000)
    if (!keptFolder) discardData(folder)
  }
  try {
    await waitForServer(server, admin)
  } catch (error) {
    await stop()
    throw error
  }
  let made = 0
  const administer = async (statement: string) => {
    const root = createDatabase(admin, { max: 1, applicationName: 'peerwatch-bench' })
    try {
      return await root.pool.query(statement)
    } finally {
      await root.close()
    }
  }
  return {
    pid: server.pid ?? 0,
    drop: async (url) => void (await administer(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`)),
    async migrated() {
      const name = `bench_${++made}`
      const { rowCount } = await administer(`SELECT FROM pg_database WHERE datname = '${name}'`)
      if (rowCount === 0) await administer(`CREATE DATABASE ${name}`)
      const url = buildEmbeddedUrl(port, 'bench', name)
      await applyMigrations(url, { folder: path.join(ROOT, 'prisma/migrations') })
      return url
    },
    stop,
  }
}

/** Settings of a server whose data are deleted afterwards, so that they need no durability. */
export const NON_DURABLE_POSTGRES_SETTINGS = ['synchronous_commit=off', 'fsync=off', 'full_page_writes=off']

/**
 * Starts such a server for some work, which can open databases and drop them before the end.
 * @param keptFolder as for {@link startBenchPostgresServer}
 */
export async function runWithBenchPostgresServer(
  work: (open: () => Promise<Database>, postmaster: number, drop: (opened: Database) => Promise<void>) => Promise<void>,
  flags: string[] = [],
  keptFolder?: string,
): Promise<void> {
  const server = await startBenchPostgresServer(flags, {}, keptFolder)
  const opened: Database[] = []
  try {
    const open = async () => {
      const db = createDatabase(await server.migrated(), { max: 4, applicationName: 'peerwatch-bench' })
      opened.push(db)
      return db
    }
    await work(open, server.pid, async (db) => {
      await db.close()
      await server.drop(db.url)
    })
  } finally {
    for (const db of opened) await db.close()
    await server.stop()
  }
}
