/**
 * `npm run backup -- FILE`: writes a consistent copy of all stored data and settings to one file. The copy shows the
 * state at one point in time.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { writeBackup } from '#lib/platform/backup/index.ts'
import { findConfiguredSecretsKey } from './command-line/secrets-key.ts'
import { SettingsError } from '#lib/platform/settings.ts'
import { exitWithFailure } from './command-line/exit-with-failure.ts'
import { runWithOwnerDatabase } from './command-line/owner-database.ts'

const USAGE = `usage: npm run backup -- [FILE]

  FILE  the backup to write (default: peerwatch-<time>.backup.gz)

Backs up the database of DATABASE_URL, otherwise the database that runs in DATA_DIR.`

const fail: (...lines: string[]) => never = (...lines) => exitWithFailure('backup', lines)

const [given, ...more] = process.argv.slice(2)
if (more.length > 0 || given?.startsWith('-')) fail('name one file', USAGE)
const now = new Date()
const file = path.resolve(given ?? `peerwatch-${now.toISOString().replaceAll(/[:.]/g, '')}.backup.gz`)
const { version } = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../package.json'), 'utf8'))
process.env.LOG_LEVEL ??= 'silent'
try {
  const rows = await runWithOwnerDatabase(({ urls }) =>
    writeBackup(urls.owner, file, { version, secretsKey: findConfiguredSecretsKey('make'), now }),
  )
  process.stdout.write(`${rows} rows in ${file}\n`)
  process.stdout.write(
    'It is sealed with SECRETS_KEY (or DATA_DIR/secrets/secrets-key) and does not contain this key. Keep the key as well.\n',
  )
} catch (error) {
  if (error instanceof SettingsError) fail(...error.faults)
  fail(error instanceof Error ? error.message : String(error))
}
