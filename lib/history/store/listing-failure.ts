import type { EpochMs, PollOutcome } from '#lib/contract/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { toJsonColumn } from '#lib/platform/prisma/json.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

const KEY = 'subscriptions.listing'

/**
 * The error of the last attempt to list the subscriptions of the credential. If the list fails, no subscription can be
 * polled.
 */
interface ListingFailure {
  outcome: PollOutcome
  code: string
  detail: string
  at: EpochMs
}

/**
 * Stores why the last listing of subscriptions failed; null = it succeeded. It is stored separately, because without
 * polls no source can report the error.
 */
export async function recordSubscriptionListingResult(db: SqlExecutor, failure: ListingFailure | null): Promise<void> {
  await runWithPrisma(db, async ({ deployment }) => {
    if (failure === null) return deployment.deleteMany({ where: { key: KEY } })
    const noted = { value: toJsonColumn(failure), updatedAt: new Date(getDatabaseNow()) }
    return deployment.upsert({ where: { key: KEY }, create: { key: KEY, ...noted }, update: noted })
  })
}

/** Returns the error of the last listing; null = the subscriptions could be listed. */
export async function readSubscriptionListingFailure(db: SqlExecutor): Promise<ListingFailure | null> {
  const row = await runWithPrisma(db, ({ deployment }) => deployment.findUnique({ where: { key: KEY } }))
  return row && (row.value as unknown as ListingFailure)
}
