import path from 'node:path'
import { signInToDatabase } from '#lib/azure/identity/database-tokens.ts'
import { type DatabaseUrls, createEmbeddedDatabase, chooseMigrateUrl } from '#lib/platform/bootstrap/databases.ts'
import { readEmbeddedAccess } from '#lib/platform/bootstrap/embedded-access.ts'
import { findRunningInstance } from '#lib/platform/bootstrap/pid-files.ts'
import {
  ensureCluster,
  findFreePort,
  waitForServer,
  spawnServer,
  stopLeftoverServer,
  stopServer,
} from '#lib/platform/bootstrap/postgres.ts'
import { choosePostgresFolders } from '#lib/platform/bootstrap/postgres-files.ts'
import { SettingsError, readAvailableSettings } from '#lib/platform/settings.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const STOP_WITHIN_MS = 30_000

/** The database on which a command works. `isRunning` = an instance of Peerwatch currently uses the data folder. */
type Target = { urls: Omit<DatabaseUrls, 'listen'>; isRunning: boolean }

/**
 * Runs `work` with the database of DATABASE_URL, or of the instance that runs in the data folder. Without either, the
 * embedded PostgreSQL server of the data folder is started for the duration of the work.
 * @throws SettingsError if an environment variable is invalid
 */
export async function runWithOwnerDatabase<T>(work: (target: Target) => Promise<T>): Promise<T> {
  const { settings, faults } = readAvailableSettings(process.env, process.cwd())
  if (faults.length > 0) throw new SettingsError(faults)
  signInToDatabase(settings)
  const { databaseUrl, databaseReadUrl, dataDir, demo } = settings
  if (databaseUrl !== null) {
    const owner = chooseMigrateUrl({ ...settings, databaseUrl })
    const isRunning = findRunningInstance(dataDir) !== null
    return work({ urls: { owner, product: databaseUrl, questions: databaseReadUrl ?? databaseUrl }, isRunning })
  }
  return runWithEmbeddedServer(dataDir, demo ? 'peerwatch_demo' : 'peerwatch', (urls) =>
    work({ urls, isRunning: false }),
  )
}

/**
 * Starts the embedded PostgreSQL server of a data folder, runs `work` with one of its databases, and stops the server.
 */
export async function runWithEmbeddedServer<T>(
  dataDir: string,
  database: string,
  work: (urls: DatabaseUrls) => Promise<T>,
): Promise<T> {
  const files = choosePostgresFolders({ root: ROOT, dataDir })
  const { superuser, passwords, urlsOn } = readEmbeddedAccess(dataDir)
  ensureCluster(files, superuser)
  await stopLeftoverServer(files)
  const port = await findFreePort()
  const server = spawnServer(files, port)
  try {
    const url = urlsOn(port)
    await waitForServer(server, url('postgres'))
    return await work(await createEmbeddedDatabase(url, database, passwords))
  } finally {
    await stopServer(server, STOP_WITHIN_MS)
  }
}
