import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { applyMigrations } from '../migrations/index.ts'

const FOLDER = path.resolve(import.meta.dirname, '../../../prisma/migrations')

/**
 * Migrates an empty database to the state before a migration, for tests of how that migration changes rows.
 * @param migration name of the migration's folder
 * @returns function that applies this migration and all later ones
 */
export async function migrateToStateBeforeMigration(url: string, migration: string): Promise<() => Promise<unknown>> {
  const before = mkdtempSync(path.join(tmpdir(), 'peerwatch-before-'))
  try {
    for (const name of readdirSync(FOLDER).filter((one) => /^\d/.test(one) && one < migration))
      cpSync(path.join(FOLDER, name), path.join(before, name), { recursive: true })
    await applyMigrations(url, { folder: before })
  } finally {
    rmSync(before, { recursive: true })
  }
  return () => applyMigrations(url, { folder: FOLDER })
}
