import { armTypes } from '#lib/contract/index.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { ensureResourceRowsExist } from './ensure-resources.ts'

interface SubscriptionName {
  subscriptionId: string
  /** display name */
  name: string
}

const armIdOf = ({ subscriptionId }: SubscriptionName) => `/subscriptions/${subscriptionId}`

/**
 * Stores the current names of subscriptions. A subscription that is not in the list keeps its stored name (or its ID as
 * its name).
 */
export async function saveSubscriptionNames(db: SqlExecutor, named: readonly SubscriptionName[]): Promise<void> {
  if (named.length === 0) return
  await ensureResourceRowsExist(db, named.map(armIdOf))
  await runWithPrisma(db, async ({ resource }) => {
    for (const one of named) {
      const where = { armKey: armIdOf(one).toLowerCase(), name: { not: one.name } }
      await resource.updateMany({ where, data: { name: one.name } })
    }
  })
}

/**
 * Returns the names of subscriptions by lower-case ID. A subscription whose name is unknown (equal to its ID) is left
 * out.
 */
export async function readSubscriptionNames(db: SqlExecutor): Promise<Map<string, string>> {
  const rows = await runWithPrisma(db, ({ resource }) =>
    resource.findMany({
      where: { type: armTypes.subscription, NOT: { name: { equals: resource.fields.subscriptionId } } },
      select: { subscriptionId: true, name: true },
    }),
  )
  return new Map(rows.map(({ subscriptionId, name }) => [subscriptionId.toLowerCase(), name]))
}
