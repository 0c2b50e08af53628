import type { Queryable } from '#lib/platform/queryable.ts'

const KEY = 'azure.api-version'

/** The version of Microsoft.Network's API that is asked for in the place of the SDK's. */
export interface NetworkApiVersion {
  version: string
  /** by whom it was chosen: AZURE_API_VERSION, or Azure's own answer to the SDK's */
  chosenBy: 'configuration' | 'azure'
}

/** Remembers which version is in use, for the screens; null = the SDK's. */
export async function noteApiVersion(db: Queryable, version: NetworkApiVersion | null): Promise<void> {
  if (version === null) {
    await db.query('DELETE FROM deployment WHERE key = $1', [KEY])
    return
  }
  await db.query(
    `INSERT INTO deployment (key, value) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [KEY, JSON.stringify(version)],
  )
}

/** @returns null while the SDK's version is in use */
export async function networkApiVersion(db: Queryable): Promise<NetworkApiVersion | null> {
  const { rows } = await db.query<{ value: NetworkApiVersion }>('SELECT value FROM deployment WHERE key = $1', [KEY])
  return rows[0]?.value ?? null
}
