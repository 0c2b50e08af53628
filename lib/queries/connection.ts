import { createDatabase, type Database } from '#lib/platform/database.ts'
import { settings } from '#lib/platform/settings.ts'

const KEY = Symbol.for('peerwatch.answers.database')
type Holder = { [KEY]?: Database }

/**
 * The reading side's database handle, one for the process. It hangs on globalThis because a web bundler may
 * instantiate this module more than once.
 * @throws SettingsError when the environment is wrong
 */
export function readingDatabase(): Database {
  const holder = globalThis as Holder
  holder[KEY] ??= createDatabase(settings().databaseUrl, { applicationName: 'peerwatch-web' })
  return holder[KEY]
}

/** Puts another database in its place, for tests. */
export function useReadingDatabase(database: Database | undefined): void {
  const holder = globalThis as Holder
  if (database) holder[KEY] = database
  else delete holder[KEY]
}
