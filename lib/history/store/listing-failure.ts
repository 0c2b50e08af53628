import type { EpochMs, Outcome } from '#lib/contract/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { json } from '#lib/platform/prisma/json.ts'
import { withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'

const KEY = 'subscriptions.listing'

/** Why nothing could be found to poll: the subscriptions that the credential sees could not be listed. */
interface ListingFailure {
  outcome: Outcome
  code: string
  detail: string
  at: EpochMs
}

/** Remembers why the last list failed; null = it did not. While there is nothing to poll, no source could report it. */
export async function recordListing(db: Queryable, failure: ListingFailure | null): Promise<void> {
  await withPrisma(db, async ({ deployment }) => {
    if (failure === null) return deployment.deleteMany({ where: { key: KEY } })
    const noted = { value: json(failure), updatedAt: new Date(databaseNow()) }
    return deployment.upsert({ where: { key: KEY }, create: { key: KEY, ...noted }, update: noted })
  })
}

/** @returns null while the subscriptions can be listed */
export async function listingFailure(db: Queryable): Promise<ListingFailure | null> {
  const row = await withPrisma(db, ({ deployment }) => deployment.findUnique({ where: { key: KEY } }))
  return row && (row.value as unknown as ListingFailure)
}
