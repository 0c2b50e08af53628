import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import type { DetectionSettings } from '#lib/platform/generated/prisma/client.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '../times.ts'

/**
 * A saved version of the detection thresholds. `changed` contains the values that differ from the defaults, by name.
 */
interface SettingsVersion {
  version: number
  changed: Record<string, number>
  savedAt: EpochMs
  savedBy: string
  note: string
}

/** Thrown if another version was saved after the version that the user edited. */
export class ThresholdsConflictError extends Error {
  override name = 'ThresholdsConflictError'
  readonly current: number

  constructor(current: number) {
    super(`version ${current} of the thresholds was saved meanwhile`)
    this.current = current
  }
}

const versionOf = ({ savedAt, ...row }: DetectionSettings): SettingsVersion => ({
  ...row,
  changed: row.changed as Record<string, number>,
  savedAt: toEpochMs(savedAt),
})

/** Returns the current version of the thresholds; null = none was saved, so the defaults apply. */
export async function readCurrentSettings(db: SqlExecutor): Promise<SettingsVersion | null> {
  const row = await runWithPrisma(db, (tables) => tables.detectionSettings.findFirst({ orderBy: { version: 'desc' } }))
  return row && versionOf(row)
}

/**
 * Returns the values of a version that differ from the defaults. Empty for version 0 (the defaults) and for unknown
 * versions.
 */
export async function readChangedThresholds(db: SqlExecutor, version: number): Promise<Record<string, number>> {
  const row = await runWithPrisma(db, (tables) => tables.detectionSettings.findUnique({ where: { version } }))
  return row ? versionOf(row).changed : {}
}

/** Returns every saved version, newest first. */
export async function readSettingsVersions(db: SqlExecutor): Promise<SettingsVersion[]> {
  const rows = await runWithPrisma(db, (tables) => tables.detectionSettings.findMany({ orderBy: { version: 'desc' } }))
  return rows.map(versionOf)
}

/**
 * Saves a new version, in the caller's transaction.
 * @param changed all values that differ from the defaults
 * @param expected number of the version that the user edited
 * @throws ThresholdsConflictError if another version is current
 */
export async function saveThresholdsAsNewVersion(
  client: PoolClient,
  { changed, expected, by, note }: { changed: Record<string, number>; expected: number; by: string; note: string },
): Promise<number> {
  await client.query("SELECT pg_advisory_xact_lock(hashtext('peerwatch_detection_settings'))")
  const current = (await readCurrentSettings(client))?.version ?? 0
  if (current !== expected) throw new ThresholdsConflictError(current)
  const version = current + 1
  await runWithPrisma(client, (tables) =>
    tables.detectionSettings.create({ data: { version, changed, savedBy: by, note } }),
  )
  return version
}
