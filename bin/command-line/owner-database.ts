import path from 'node:path'
import { signInToDatabase } from '#lib/azure/identity/database-tokens.ts'
import { type DatabaseUrls, embeddedDatabase, migrateUrlOf } from '#lib/platform/bootstrap/databases.ts'
import { embeddedAccess } from '#lib/platform/bootstrap/embedded-access.ts'
import { runningInstance } from '#lib/platform/bootstrap/pid-files.ts'
import {
  ensureCluster,
  freePort,
  serverReady,
  spawnServer,
  stopLeftover,
  stopServer,
} from '#lib/platform/bootstrap/postgres.ts'
import { placePostgres } from '#lib/platform/bootstrap/postgres-files.ts'
import { SettingsError, settingsSoFar } from '#lib/platform/settings.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const STOP_WITHIN_MS = 30_000

/** The database on which a command works. `isRunning` = an instance of Peerwatch currently uses the data folder. */
type Target = { urls: Omit<DatabaseUrls, 'listen'>; isRunning: boolean }

/**
 * Runs `work` with the database of DATABASE_URL, or of the instance that runs in the data folder. Without either, the
 * embedded PostgreSQL server of the data folder is started for the duration of the work.
 * @throws SettingsError if an environment variable is invalid
 */
export async function withOwnerDatabase<T>(work: (target: Target) => Promise<T>): Promise<T> {
  const { settings, faults } = settingsSoFar(process.env, process.cwd())
  if (faults.length > 0) throw new SettingsError(faults)
  signInToDatabase(settings)
  const { databaseUrl, databaseReadUrl, dataDir, demo } = settings
  if (databaseUrl !== null) {
    const owner = migrateUrlOf({ ...settings, databaseUrl })
    const isRunning = runningInstance(dataDir) !== null
    return work({ urls: { owner, product: databaseUrl, questions: databaseReadUrl ?? databaseUrl }, isRunning })
  }
  return withEmbedded(dataDir, demo ? 'peerwatch_demo' : 'peerwatch', (urls) => work({ urls, isRunning: false }))
}

/**
 * Starts the embedded PostgreSQL server of a data folder, runs `work` with one of its databases, and stops the server.
 */
export async function withEmbedded<T>(
  dataDir: string,
  database: string,
  work: (urls: DatabaseUrls) => Promise<T>,
): Promise<T> {
  const files = placePostgres({ root: ROOT, dataDir })
  const { superuser, passwords, urlsOn } = embeddedAccess(dataDir)
  ensureCluster(files, superuser)
  await stopLeftover(files)
  const port = await freePort()
  const server = spawnServer(files, port)
  try {
    const url = urlsOn(port)
    await serverReady(server, url('postgres'))
    return await work(await embeddedDatabase(url, database, passwords))
  } finally {
    await stopServer(server, STOP_WITHIN_MS)
  }
}
