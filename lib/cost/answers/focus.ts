import type { CostProjectionsParameters } from '../api/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { focusCsv, focusRows, isMissingInFocus } from '../rules/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { type Db, queryable, iso } from '#lib/questions/index.ts'

import { askedMonth, readFrame } from './frame.ts'
import { recentProjections } from './projections.ts'

/**
 * A month's projections as a file in the format of FOCUS 1.2: a row for each line that a bill would have. Whose billing account a
 * subscription is on is not polled, so the subscription stands in its place.
 */
export async function answerCostFocus(
  db: Db,
  { month: name }: CostProjectionsParameters,
  now: EpochMs = databaseNow(),
): Promise<{ month: string; csv: string }> {
  const month = askedMonth(name, now)
  const q = queryable(db)
  const { projections, circuits } = await recentProjections(q, await readFrame(q, month, now))
  const byId = new Map(circuits.map(({ resource }) => [resource.id, resource]))
  const file = { asOf: iso(now), missing: projections.circuits.filter(isMissingInFocus).length }
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
    return focusRows(projection, account, file)
  })
  return { month: month.name, csv: focusCsv(rows) }
}
