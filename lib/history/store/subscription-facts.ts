import type { SubscriptionFacts } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { readDeploymentValue } from './deployment-value.ts'

const KEY = 'subscription_facts'

/**
 * Keeps what ARM lists of subscriptions; those that are not listed now keep what was known. Nothing is written where nothing differs.
 * In SQL: it merges with what is there, which another worker may write at the same time.
 * @param facts by subscription id
 */
export async function saveSubscriptionFacts(
  db: Queryable,
  facts: ReadonlyMap<string, SubscriptionFacts>,
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

/** By subscription id, lower case. */
export async function subscriptionFacts(db: Queryable): Promise<Map<string, SubscriptionFacts>> {
  const kept = await readDeploymentValue<Record<string, SubscriptionFacts>>(db, KEY)
  return new Map(Object.entries(kept?.value ?? {}))
}
