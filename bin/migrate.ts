import path from 'node:path'
import { signInToDatabase } from '#lib/azure/identity/database-tokens.ts'
import { claimDeployment, DeploymentError } from '#lib/platform/deployment.ts'
import { chooseMigrateUrl, grantTableAccess } from '#lib/platform/bootstrap/databases.ts'
import { describeFailure, StepError } from '#lib/platform/bootstrap/progress.ts'
import { applyMigrations, MigrationError } from '#lib/platform/migrations/index.ts'
import { SettingsError, getSettings } from '#lib/platform/settings.ts'

/**
 * `npm run migrate`: applies missing migrations to the database of DATABASE_URL, with the role of DATABASE_MIGRATE_URL.
 * Without DATABASE_URL, the running instance's database is used.
 */
async function main(): Promise<number> {
  try {
    const configured = getSettings()
    signInToDatabase(configured)
    const { databaseUrl, databaseReadUrl, databaseProductRoles, demo } = configured
    const owner = chooseMigrateUrl(configured)
    const { applied, upToDate } = await applyMigrations(owner, {
      folder: path.resolve(import.meta.dirname, '../prisma/migrations'),
      onProgress: (name, index, total) => process.stdout.write(`applying ${name} (${index + 1} of ${total})\n`),
    })
    const urls = { owner, product: databaseUrl, questions: databaseReadUrl ?? databaseUrl }
    await grantTableAccess(urls, databaseProductRoles)
    await claimDeployment(databaseUrl, demo ? 'simulator' : 'azure')
    process.stdout.write(`${applied.length} applied, ${upToDate} were applied before\n`)
    return 0
  } catch (error) {
    if (error instanceof SettingsError || error instanceof MigrationError || error instanceof DeploymentError) {
      process.stderr.write(`${error.message}\n`)
      return 1
    }
    if (error instanceof StepError) {
      for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
      return 1
    }
    const { code, message } = error as { code?: string; message: string }
    process.stderr.write(`the database can't be used: ${message || code}\n`)
    return 1
  }
}

process.exitCode = await main()
