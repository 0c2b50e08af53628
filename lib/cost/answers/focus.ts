import type { CostProjectionsParameters } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { formatFocusCsv, createFocusRows, isProjectionMissingInFocus } from '../rules/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { type ReadableDatabase, getSqlExecutor, formatIso } from '#lib/questions/index.ts'

import { resolveBillingMonth, readCostContext } from './cost-context.ts'
import { readRecentProjections } from './projections.ts'

/**
 * Returns the projected costs of a month as a CSV file in the FOCUS 1.2 format, with one row for each line of the
 * projected bill. The billing account column contains the subscription ID, because Peerwatch does not read billing
 * accounts.
 */
export async function computeCostFocusCsv(
  db: ReadableDatabase,
  { month: name }: CostProjectionsParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<{ month: string; csv: string }> {
  const month = resolveBillingMonth(name, now)
  const q = getSqlExecutor(db)
  const { projections, circuits } = await readRecentProjections(q, await readCostContext(q, month, now))
  const byId = new Map(circuits.map(({ resource }) => [resource.id, resource]))
  const file = { asOf: formatIso(now), missing: projections.circuits.filter(isProjectionMissingInFocus).length }
  const rows = projections.circuits.flatMap((projection) => {
    const resource = byId.get(projection.circuitId)
    if (!resource) return []
    const { subscriptionId, resourceId } = resource
    const account = {
      billingAccountId: subscriptionId,
      billingAccountName: null,
      subscriptionId,
      subscriptionName: null,
      resourceId,
    }
    return createFocusRows(projection, account, file)
  })
  return { month: month.name, csv: formatFocusCsv(rows) }
}
