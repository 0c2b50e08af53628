import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import type { DetectionSettings } from '#lib/platform/generated/prisma/client.ts'
import { withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { ms } from '../times.ts'

/** One version of detection's thresholds: the values that differ from the shipped ones, by name. */
interface SettingsVersion {
  version: number
  changed: Record<string, number>
  savedAt: EpochMs
  savedBy: string
  note: string
}

/** Somebody saved another version since the one that was edited. */
export class SettingsConflict extends Error {
  override name = 'SettingsConflict'
  readonly current: number

  constructor(current: number) {
    super(`version ${current} of the thresholds was saved meanwhile`)
    this.current = current
  }
}

const versionOf = ({ savedAt, ...row }: DetectionSettings): SettingsVersion => ({
  ...row,
  changed: row.changed as Record<string, number>,
  savedAt: ms(savedAt),
})

/** The version in force; null = the shipped values. */
export async function currentSettings(db: Queryable): Promise<SettingsVersion | null> {
  const row = await withPrisma(db, (tables) => tables.detectionSettings.findFirst({ orderBy: { version: 'desc' } }))
  return row && versionOf(row)
}

/** What a version changes of the shipped values; nothing of version 0, which is these. */
export async function changedIn(db: Queryable, version: number): Promise<Record<string, number>> {
  const row = await withPrisma(db, (tables) => tables.detectionSettings.findUnique({ where: { version } }))
  return row ? versionOf(row).changed : {}
}

/** Every version that was saved, newest first. */
export async function settingsVersions(db: Queryable): Promise<SettingsVersion[]> {
  const rows = await withPrisma(db, (tables) => tables.detectionSettings.findMany({ orderBy: { version: 'desc' } }))
  return rows.map(versionOf)
}

/**
 * Saves a new version, in the caller's transaction.
 * @param changed every value that is to differ from the shipped ones
 * @param expected the version that was edited
 * @throws SettingsConflict when another one is in force
 */
export async function saveSettings(
  client: PoolClient,
  { changed, expected, by, note }: { changed: Record<string, number>; expected: number; by: string; note: string },
): Promise<number> {
  await client.query("SELECT pg_advisory_xact_lock(hashtext('peerwatch_detection_settings'))")
  const current = (await currentSettings(client))?.version ?? 0
  if (current !== expected) throw new SettingsConflict(current)
  const version = current + 1
  await withPrisma(client, (tables) =>
    tables.detectionSettings.create({ data: { version, changed, savedBy: by, note } }),
  )
  return version
}
