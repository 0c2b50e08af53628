/** `npm run move`: takes all of the embedded PostgreSQL into the empty database of DATABASE_URL, such as one of Debian's server. */
import { mkdtempSync, rmSync } from 'node:fs'
import path from 'node:path'
import { BackupError, restoreBackup, writeBackup } from '#lib/platform/backup/index.ts'
import { migrateUrlOf, ownDatabase, shareTables } from '#lib/platform/bootstrap/databases.ts'
import { runningInstance } from '#lib/platform/bootstrap/pid-files.ts'
import { maskPassword } from '#lib/platform/environment.ts'
import { SettingsError, settingsSoFar } from '#lib/platform/settings.ts'
import { failAs } from './command-line/fail.ts'
import { withEmbedded } from './command-line/owner-database.ts'
import { configuredSecretsKey } from './command-line/secrets-key.ts'

async function main(): Promise<void> {
  const { settings, faults } = settingsSoFar(process.env, process.cwd())
  if (faults.length > 0) throw new SettingsError(faults)
  const { databaseUrl, databaseReadUrl, databaseMigrateUrl, databaseAdminUrl, dataDir, demo } = settings
  if (databaseUrl === null) throw new BackupError('DATABASE_URL: missing: name the database that the data goes to')
  if (demo) throw new BackupError('the demo makes its data itself: there is nothing to move')
  if (runningInstance(dataDir) !== null) throw new BackupError('Peerwatch runs in DATA_DIR: stop it first')
  const owner = migrateUrlOf({ ...settings, databaseUrl })
  const urls = { owner, product: databaseUrl, questions: databaseReadUrl ?? databaseUrl }
  if (databaseAdminUrl !== null && databaseMigrateUrl !== null) await ownDatabase(databaseAdminUrl, urls)

  // on the same disk, in a folder that nobody else enters; the server that is left stays as it is
  const folder = mkdtempSync(path.join(dataDir, 'move-'))
  const file = path.join(folder, 'data')
  const secretsKey = configuredSecretsKey('find')
  try {
    const taken = await withEmbedded(dataDir, 'peerwatch', (from) =>
      writeBackup(from.owner, file, { version: 'move', secretsKey, now: new Date() }),
    )
    const migrations = path.resolve(import.meta.dirname, '../prisma/migrations')
    const { rows } = await restoreBackup(owner, file, { folder: migrations, secretsKey, keepTokens: true })
    await shareTables(urls, settings.databaseProductRoles)
    if (rows !== taken)
      throw new BackupError(`${taken} rows were taken and ${rows} put: start again with an empty database`)
    process.stdout.write(
      `${rows} rows are in ${maskPassword(databaseUrl)}. Keep that address set, and start Peerwatch.\n`,
    )
    process.stdout.write(`${path.join(dataDir, 'postgres')} is as it was: remove it when all is well.\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

main().catch((error: unknown) => {
  if (error instanceof SettingsError) failAs('move', [...error.faults])
  failAs('move', [error instanceof Error ? error.message : String(error)])
})
