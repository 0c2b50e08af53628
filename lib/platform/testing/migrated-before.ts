import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { applyMigrations } from '../migrations/index.ts'

const FOLDER = path.resolve(import.meta.dirname, '../../../prisma/migrations')

/**
 * Migrates an empty database as a version from before a migration left it, for tests of what that migration does to rows.
 * @param migration name of its folder
 * @returns applies the others, from that one on
 */
export async function migratedBefore(url: string, migration: string): Promise<() => Promise<unknown>> {
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
