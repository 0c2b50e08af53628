import type { SubscriptionDetails } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { readDeploymentValue } from './deployment-value.ts'

const KEY = 'subscription_facts'

/**
 * Stores facts about subscriptions from ARM's list. Stored facts of subscriptions that the list lacks are kept. If
 * nothing changed, nothing is written. The merge with the stored facts is done in SQL, because another worker may write
 * concurrently.
 * @param facts by subscription ID
 */
export async function saveSubscriptionDetails(
  db: SqlExecutor,
  facts: ReadonlyMap<string, SubscriptionDetails>,
): Promise<void> {
  if (facts.size === 0) return
  const byId = Object.fromEntries([...facts].map(([id, known]) => [id.toLowerCase(), known]))
  await db.query(
    `INSERT INTO deployment AS d (key, value, updated_at) VALUES ($1, $2, clock_timestamp())
     ON CONFLICT (key) DO UPDATE SET value = d.value || excluded.value, updated_at = excluded.updated_at
     WHERE (d.value || excluded.value) <> d.value`,
    [KEY, JSON.stringify(byId)],
  )
}

/** Returns the stored facts by lower-case subscription ID. */
export async function readSubscriptionDetails(db: SqlExecutor): Promise<Map<string, SubscriptionDetails>> {
  const kept = await readDeploymentValue<Record<string, SubscriptionDetails>>(db, KEY)
  return new Map(Object.entries(kept?.value ?? {}))
}
