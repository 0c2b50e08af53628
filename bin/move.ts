/**
 * `npm run move`: copies all data of the embedded PostgreSQL server into the empty database of DATABASE_URL, which may
 * be on another server.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { BackupError, restoreBackup, writeBackup } from '#lib/platform/backup/index.ts'
import { chooseMigrateUrl, createExternalDatabase, grantTableAccess } from '#lib/platform/bootstrap/databases.ts'
import { findRunningInstance } from '#lib/platform/bootstrap/pid-files.ts'
import { maskPassword } from '#lib/platform/environment.ts'
import { readAvailableSettings } from '#lib/platform/settings.ts'
import { exitWithFailure } from './command-line/exit-with-failure.ts'
import { runWithEmbeddedServer } from './command-line/owner-database.ts'
import { findConfiguredSecretsKey } from './command-line/secrets-key.ts'

async function main(): Promise<void> {
  const { settings, faults } = readAvailableSettings(process.env, process.cwd())
  const { databaseUrl, databaseReadUrl, databaseAdminUrl, dataDir, demo } = settings
  if (databaseUrl === null || faults.length > 0 || demo)
    throw new BackupError(
      faults.join('\n') ||
        'DATABASE_URL: missing, or the demo’s, which makes its data itself: name where the data goes to',
    )
  if (findRunningInstance(dataDir) !== null) throw new BackupError('Peerwatch runs in DATA_DIR: stop it first')
  const owner = chooseMigrateUrl({ ...settings, databaseUrl })
  const urls = { owner, product: databaseUrl, questions: databaseReadUrl ?? databaseUrl }
  if (databaseAdminUrl !== null) await createExternalDatabase(databaseAdminUrl, urls)
  // The copy needs space on the disk of the data folder. It is in a new folder that other users cannot open. The data
  // of the embedded server stay unchanged.
  const folder = mkdtempSync(path.join(dataDir, 'move-'))
  const file = path.join(folder, 'data')
  const secretsKey = findConfiguredSecretsKey('find')
  try {
    const options = { version: 'move', secretsKey, now: new Date() }
    const taken = await runWithEmbeddedServer(dataDir, 'peerwatch', (from) => writeBackup(from.owner, file, options))
    const migrations = path.resolve(import.meta.dirname, '../prisma/migrations')
    const { rows } = await restoreBackup(owner, file, { folder: migrations, secretsKey, keepTokens: true })
    await grantTableAccess(urls, settings.databaseProductRoles)
    process.stdout.write(
      `${rows} of ${taken} rows are in ${maskPassword(databaseUrl)}. Keep that address set, and start Peerwatch.\n`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

main().catch((error: unknown) => exitWithFailure('move', [error instanceof Error ? error.message : String(error)]))
