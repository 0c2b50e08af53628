import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { ms } from '../times.ts'

/** One version of detection's thresholds: the values that differ from the shipped ones, by name. */
export interface SettingsVersion {
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

const COLUMNS = 'version, changed, saved_at, saved_by, note'
interface Row {
  version: number
  changed: Record<string, number>
  saved_at: Date
  saved_by: string
  note: string
}
const versionOf = ({ version, changed, saved_at, saved_by, note }: Row): SettingsVersion => ({
  version,
  changed,
  savedAt: ms(saved_at),
  savedBy: saved_by,
  note,
})

/** The version in force; null = the shipped values. */
export async function currentSettings(db: Queryable): Promise<SettingsVersion | null> {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM detection_settings ORDER BY version DESC LIMIT 1`)
  return rows[0] ? versionOf(rows[0]) : null
}

/** What a version changes of the shipped values; nothing of version 0, which is these. */
export async function changedIn(db: Queryable, version: number): Promise<Record<string, number>> {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM detection_settings WHERE version = $1`, [version])
  return rows[0]?.changed ?? {}
}

/** Every version that was saved, newest first. */
export async function settingsVersions(db: Queryable): Promise<SettingsVersion[]> {
  const { rows } = await db.query<Row>(`SELECT ${COLUMNS} FROM detection_settings ORDER BY version DESC`)
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
  await client.query('INSERT INTO detection_settings (version, changed, saved_by, note) VALUES ($1, $2, $3, $4)', [
    current + 1,
    changed,
    by,
    note,
  ])
  return current + 1
}
