/** `npm run restore -- FILE`: restores a backup into an empty database. */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { BackupError, restoreBackup } from '#lib/platform/backup/index.ts'
import { grantTableAccess } from '#lib/platform/bootstrap/databases.ts'
import { findConfiguredSecretsKey } from './command-line/secrets-key.ts'
import { SettingsError } from '#lib/platform/settings.ts'
import { exitWithFailure } from './command-line/exit-with-failure.ts'
import { runWithOwnerDatabase } from './command-line/owner-database.ts'

const USAGE = `usage: npm run restore -- [--unsealed] [--keep-tokens] FILE

  FILE           that npm run backup made; into the empty database of DATABASE_URL, or into the embedded server of DATA_DIR
  --unsealed     do not check the seal, because SECRETS_KEY is lost; you answer for the file
  --keep-tokens  tokens and snapshot links stay valid: none was revoked since the backup`

const fail: (...lines: string[]) => never = (...lines) => exitWithFailure('restore', lines)

function readArguments() {
  try {
    return parseArgs({
      options: { unsealed: { type: 'boolean' }, 'keep-tokens': { type: 'boolean' } },
      allowPositionals: true,
    })
  } catch {
    return fail('there is no such option', USAGE)
  }
}
const { values: flags, positionals } = readArguments()
const [given, ...more] = positionals
if (!given || more.length > 0) fail('name one file', USAGE)
const file = path.resolve(given)
const folder = path.resolve(import.meta.dirname, '../prisma/migrations')
process.env.LOG_LEVEL ??= 'silent'
try {
  const { header, rows, revoked } = await runWithOwnerDatabase(async ({ urls, isRunning }) => {
    if (isRunning) throw new BackupError('Peerwatch runs in DATA_DIR: stop it first')
    const restored = await restoreBackup(urls.owner, file, {
      folder,
      secretsKey: flags.unsealed ? null : findConfiguredSecretsKey('find'),
      keepTokens: flags['keep-tokens'] === true,
    })
    await grantTableAccess(urls)
    return restored
  })
  process.stdout.write(
    `${rows} rows of ${header.takenAt}, from Peerwatch ${header.version} on PostgreSQL ${header.server}\n`,
  )
  if (revoked > 0)
    process.stdout.write(
      `${revoked} tokens and snapshot links are revoked, because some may have been since: make new ones.\n`,
    )
  process.stdout.write(`Everybody is signed out. Users and roles are those of ${header.takenAt}: check them.\n`)
  process.stdout.write(
    'Now start Peerwatch, with the SECRETS_KEY of that time (or its DATA_DIR/secrets/secrets-key).\n',
  )
} catch (error) {
  if (error instanceof SettingsError) fail(...error.faults)
  fail(error instanceof Error ? error.message : String(error))
}
