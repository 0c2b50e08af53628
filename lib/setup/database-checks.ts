import { type SetupResult, createSetupResult } from '#lib/contract/words/setup-checks.ts'
import { type DatabaseProperties, readDatabaseProperties } from './store/database-facts.ts'
import { MigrationError, requireMigrated } from '#lib/platform/migrations/index.ts'
import { maskSecretsInLine } from '#lib/platform/secrets.ts'
import { checkClockDifference, DATABASE_CLOCK } from './clock-checks.ts'
import { formatGigabytes } from './local-checks.ts'
import { formatSupportEnd } from './support-ends.ts'

const MIN_MAJOR = 15

/**
 * Returns the setup checks about the database: version and migrations, role and its rights, collation, clock.
 * @param url null = the embedded database, which is not running
 * @param migrations folder with the migrations of this version of Peerwatch
 */
export async function checkDatabase(url: string | null, migrations: string): Promise<SetupResult[]> {
  if (url === null) {
    const detail = 'The embedded PostgreSQL is not running; npm start sets it up and starts it.'
    return [
      createSetupResult('database', 'skip', detail),
      createSetupResult('databaseRole', 'skip', detail),
      createSetupResult('collation', 'skip', detail),
      checkClockDifference('clockDatabase', null, DATABASE_CLOCK),
    ]
  }
  let facts: DatabaseProperties
  try {
    facts = await readDatabaseProperties(url)
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string }
    return [
      createSetupResult('database', 'fail', `No connection: ${maskSecretsInLine(message || code || String(error))}`, {
        remedy: 'Check DATABASE_URL: address, port, name, password, and whether the server runs.',
      }),
      createSetupResult('databaseRole', 'skip', 'There is no connection.'),
      createSetupResult('collation', 'skip', 'There is no connection.'),
      checkClockDifference('clockDatabase', null, DATABASE_CLOCK),
    ]
  }
  const { sentAt, receivedAt, now } = facts
  return [
    await versionResult(facts, url, migrations),
    roleResult(facts),
    checkCollation(facts),
    checkClockDifference('clockDatabase', { sentAt, receivedAt, theirs: now, resolutionMs: 1 }, DATABASE_CLOCK),
  ]
}

async function versionResult(facts: DatabaseProperties, url: string, migrations: string): Promise<SetupResult> {
  const words = `PostgreSQL ${facts.version}, ${formatGigabytes(facts.sizeBytes)}.`
  if (facts.major < MIN_MAJOR) {
    return createSetupResult('database', 'fail', words, { remedy: `Use PostgreSQL ${MIN_MAJOR} or later.` })
  }
  try {
    await requireMigrated(url, migrations)
    const ending = formatSupportEnd('PostgreSQL', facts.major, facts.now)
    return ending === null
      ? createSetupResult('database', 'pass', words)
      : createSetupResult('database', 'warn', `${words} ${ending}`, {
          remedy: 'Upgrade PostgreSQL to a newer major version.',
        })
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error
    const remedy = 'npm start migrates by itself; with separate processes run npm run migrate first.'
    return createSetupResult('database', facts.mayWrite === null ? 'warn' : 'fail', words, {
      lines: [error.message],
      remedy,
      commands: ['npm run migrate'],
    })
  }
}

/**
 * Checks whether the version of the database's collation (sort order of texts) has changed since its indexes were
 * created. An update of the C library or of ICU can change the sort order, so that indexes of texts miss rows.
 */
export function checkCollation({
  database,
  collation,
}: Pick<DatabaseProperties, 'database' | 'collation'>): SetupResult {
  const { recorded, current } = collation
  if (recorded === null || current === null) {
    return createSetupResult('collation', 'pass', 'The collation of the database has no version that could change.')
  }
  if (recorded === current) return createSetupResult('collation', 'pass', `Version ${current}.`)
  const name = `"${database.replaceAll('"', '""')}"`
  return createSetupResult(
    'collation',
    'fail',
    `The database was made with version ${recorded}, and the system has ${current}: indexes of texts may miss rows.`,
    {
      remedy: 'Stop Peerwatch, rebuild the indexes as the owner of the database, and record the version.',
      commands: [`REINDEX DATABASE ${name};`, `ALTER DATABASE ${name} REFRESH COLLATION VERSION;`],
    },
  )
}

function roleResult({ role, isSuperuser, isReadOnly, mayWrite }: DatabaseProperties): SetupResult {
  const words = `Signed in as ${role}${isSuperuser ? ', a superuser' : ''}.`
  const remedy = 'Grant the rights that docs/operations.md (Database roles) lists, or correct DATABASE_URL.'
  if (isReadOnly) {
    return createSetupResult('databaseRole', 'fail', `${words} This server takes no writes: a replica, or read-only.`, {
      remedy,
    })
  }
  if (mayWrite === null) return createSetupResult('databaseRole', 'skip', `${words} There are no tables yet.`)
  if (!mayWrite) return createSetupResult('databaseRole', 'fail', `${words} It may not write.`, { remedy })
  if (!isSuperuser) return createSetupResult('databaseRole', 'pass', `${words} It may write.`)
  return createSetupResult('databaseRole', 'warn', `${words} It may write.`, {
    remedy: 'Use a role of its own for Peerwatch: docs/operations.md (Database roles).',
  })
}
