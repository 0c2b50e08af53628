import type { EpochMs, Outcome } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

const KEY = 'subscriptions.listing'

/** Why nothing could be found to poll: the subscriptions that the credential sees could not be listed. */
export interface ListingFailure {
  outcome: Outcome
  code: string
  detail: string
  at: EpochMs
}

/** Remembers why the last list failed; null = it did not. While there is nothing to poll, no source could report it. */
export async function noteListing(db: Queryable, failure: ListingFailure | null): Promise<void> {
  if (failure === null) {
    await db.query('DELETE FROM deployment WHERE key = $1', [KEY])
    return
  }
  await db.query(
    `INSERT INTO deployment (key, value) VALUES ($1, $2)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
    [KEY, JSON.stringify(failure)],
  )
}

/** @returns null while the subscriptions can be listed */
export async function listingFailure(db: Queryable): Promise<ListingFailure | null> {
  const { rows } = await db.query<{ value: ListingFailure }>('SELECT value FROM deployment WHERE key = $1', [KEY])
  return rows[0]?.value ?? null
}
