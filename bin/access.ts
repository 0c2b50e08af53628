/**
 * `npm run access -- ...`: manages users, tokens and one-time links. It uses the database of the Peerwatch instance
 * that runs with the data folder DATA_DIR, otherwise the database of DATABASE_URL.
 */
import { AccessConflictError, AccessRequestError, AccessNotFoundError } from '#lib/access/index.ts'
import { signInToDatabase } from '#lib/azure/identity/database-tokens.ts'
import { AccessScopeTextError } from '#lib/contract/index.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { classifyDatabaseFailure } from '#lib/platform/database-failure.ts'
import { checkEnvironment, getPublicAddress } from '#lib/platform/environment.ts'
import { readSharedEnvironment } from '#lib/platform/settings.ts'
import { exitWithFailure } from './command-line/exit-with-failure.ts'
import { UsageError } from './access/options.ts'
import { runAccessCommand, ACCESS_COMMAND_USAGE } from './access/run.ts'

/**
 * Returns the URL of the database to use, and the public address of the web server. Returns null if no instance runs
 * with the data folder and DATABASE_URL is not set.
 * @param erases true = use the role of the database owner, because only the owner may change the audit log
 */
function target(erases: boolean): { databaseUrl: string; address: string } | null {
  const { settings } = checkEnvironment(process.env, { root: process.cwd() })
  const shared = sharedBy(settings.dataDir)
  const ownerUrl = erases ? (shared.DATABASE_MIGRATE_URL ?? settings.databaseMigrateUrl) : null
  const databaseUrl = ownerUrl ?? shared.DATABASE_URL ?? settings.databaseUrl
  if (databaseUrl === null) return null
  signInToDatabase(settings)
  return { databaseUrl, address: shared.PEERWATCH_ADDRESS ?? getPublicAddress(settings) }
}

function sharedBy(dataDir: string): Record<string, string> {
  try {
    return readSharedEnvironment(dataDir)
  } catch {
    return {}
  }
}

async function main(): Promise<void> {
  const found = target(process.argv[2] === 'erase')
  if (!found) {
    exitWithFailure('access', [
      'no Peerwatch runs in DATA_DIR and DATABASE_URL is not set: run npm start first, or set it',
    ])
  }
  // Errors are printed as one line at the end. The log of libraries is therefore turned off.
  process.env.LOG_LEVEL ??= 'silent'
  const db = createDatabase(found.databaseUrl, { max: 2, waitMs: 10_000, applicationName: 'peerwatch-access' })
  try {
    for (const line of await runAccessCommand(process.argv.slice(2), { db, address: found.address }))
      process.stdout.write(`${line}\n`)
  } finally {
    await db.close()
  }
}

const EXPECTED = [AccessRequestError, AccessConflictError, AccessNotFoundError, AccessScopeTextError]

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    process.stderr.write(`access: ${error.message}\n${ACCESS_COMMAND_USAGE}\n`)
    process.exit(1)
  }
  if (EXPECTED.some((one) => error instanceof one)) exitWithFailure('access', [(error as Error).message])
  if (classifyDatabaseFailure(error) !== null)
    exitWithFailure('access', ['the database does not answer: is Peerwatch running?'])
  if ((error as { code?: unknown }).code === '42P01' || (error as { code?: unknown }).code === 'P2021')
    exitWithFailure('access', ['the database has no tables for this: run npm run migrate, or npm start'])
  if ((error as { code?: unknown }).code === '42501')
    exitWithFailure('access', ['the owner of the database alone may change the audit: set DATABASE_MIGRATE_URL'])
  exitWithFailure('access', [error instanceof Error ? error.message : String(error)])
})
