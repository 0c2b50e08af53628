/** `npm run restore -- FILE`: fills an empty database with a backup. */
import path from 'node:path'
import { BackupError, restoreBackup } from '#lib/platform/backup/index.ts'
import { shareTables } from '#lib/platform/bootstrap/databases.ts'
import { SettingsError } from '#lib/platform/settings.ts'
import { failAs } from './command-line/fail.ts'
import { withOwnerDatabase } from './command-line/owner-database.ts'

const USAGE = `usage: npm run restore -- FILE

  FILE  that npm run backup made; into the empty database of DATABASE_URL, or into the embedded server of DATA_DIR`

const fail: (...lines: string[]) => never = (...lines) => failAs('restore', lines)

const [given, ...more] = process.argv.slice(2)
if (!given || more.length > 0 || given.startsWith('-')) fail('name one file', USAGE)
const file = path.resolve(given)
const folder = path.resolve(import.meta.dirname, '../prisma/migrations')
process.env.LOG_LEVEL ??= 'silent'
try {
  const { header, rows } = await withOwnerDatabase(async ({ urls, isRunning }) => {
    if (isRunning) throw new BackupError('Peerwatch runs in DATA_DIR: stop it first')
    const restored = await restoreBackup(urls.owner, file, { folder })
    await shareTables(urls)
    return restored
  })
  process.stdout.write(
    `${rows} rows of ${header.takenAt}, from Peerwatch ${header.version} on PostgreSQL ${header.server}\n`,
  )
  process.stdout.write(
    'Now start Peerwatch, with the SECRETS_KEY of that time (or its DATA_DIR/secrets/secrets-key).\n',
  )
} catch (error) {
  if (error instanceof SettingsError) fail(...error.faults)
  fail(error instanceof Error ? error.message : String(error))
}
