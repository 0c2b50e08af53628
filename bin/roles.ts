import { describeFailure, StepError } from '#lib/platform/bootstrap/progress.ts'
import { createExternalDatabase } from '#lib/platform/bootstrap/databases.ts'
import { readAvailableSettings } from '#lib/platform/settings.ts'

/**
 * `npm run roles`: creates the PostgreSQL database and the three roles in DATABASE_MIGRATE_URL, DATABASE_URL and
 * DATABASE_READ_URL. It connects as the superuser in DATABASE_ADMIN_URL. It can be run again.
 */
async function main(): Promise<void> {
  const { settings, faults } = readAvailableSettings(process.env, process.cwd())
  const { databaseAdminUrl, databaseUrl, databaseMigrateUrl, databaseReadUrl } = settings
  if (faults.length > 0) throw new StepError(faults.join('\n'))
  if (databaseAdminUrl === null || databaseUrl === null || databaseMigrateUrl === null || databaseReadUrl === null)
    throw new StepError('give DATABASE_ADMIN_URL, DATABASE_MIGRATE_URL, DATABASE_URL and DATABASE_READ_URL')
  await createExternalDatabase(databaseAdminUrl, {
    owner: databaseMigrateUrl,
    product: databaseUrl,
    questions: databaseReadUrl,
  })
  process.stdout.write('the roles are there, and the owner owns the database\n')
}

main().catch((error) => {
  for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
  process.exitCode = 1
})
