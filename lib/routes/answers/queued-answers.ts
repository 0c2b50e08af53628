import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { queueAsHeavy } from '#lib/questions/index.ts'
import { computeRouteChanges } from './route-changes.ts'
import { computeRouteChurn } from './route-churn.ts'
import { computeRouteDiff } from './route-diff.ts'

/* The expensive queries about routes, wrapped so that only a few of them run at the same time. Code outside of this
   folder must use these functions. */
export const getRouteChanges = queueAsHeavy(computeRouteChanges, isLong)
export const getRouteChurn = queueAsHeavy(computeRouteChurn, isLong)
export const diffRoutes = queueAsHeavy(computeRouteDiff)

function isLong({ from, to = getDatabaseNow() }: { from?: EpochMs | undefined; to?: EpochMs | undefined }): boolean {
  return from !== undefined && to - from > MS_PER_DAY
}
