import type { Queryable } from '#lib/platform/queryable.ts'
import { ensureResources } from './ensure-resources.ts'

export interface SubscriptionName {
  subscriptionId: string
  /** as people call it */
  name: string
}

const armIdOf = ({ subscriptionId }: SubscriptionName) => `/subscriptions/${subscriptionId}`

/** Keeps what subscriptions are called now. One whose name is not reported keeps the one that it had, or its id. */
export async function nameSubscriptions(db: Queryable, named: readonly SubscriptionName[]): Promise<void> {
  if (named.length === 0) return
  await ensureResources(db, named.map(armIdOf))
  await db.query(
    `UPDATE resource r SET name = n.name FROM unnest($1::text[], $2::text[]) AS n (arm_key, name)
     WHERE r.arm_key = n.arm_key AND r.name <> n.name`,
    [named.map((one) => armIdOf(one).toLowerCase()), named.map(({ name }) => name)],
  )
}

/** Subscriptions of which more than the id is known: names by id, lower case. */
export async function subscriptionNames(db: Queryable): Promise<Map<string, string>> {
  const { rows } = await db.query<{ id: string; name: string }>(
    `SELECT lower(subscription_id) AS id, name FROM resource
     WHERE type = 'microsoft.resources/subscriptions' AND name <> subscription_id`,
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}
