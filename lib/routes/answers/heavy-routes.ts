import type { EpochMs } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { heavy } from '#lib/questions/index.ts'
import { answerRouteChanges } from './route-changes.ts'
import { answerRouteChurn } from './route-churn.ts'
import { answerRouteDiff } from './route-diff.ts'

/* The expensive queries about routes, wrapped so that only a few of them run at the same time. Code outside of this
   folder must use these functions. */
export const getRouteChanges = heavy(answerRouteChanges, isLong)
export const getRouteChurn = heavy(answerRouteChurn, isLong)
export const diffRoutes = heavy(answerRouteDiff)

function isLong({ from, to = databaseNow() }: { from?: EpochMs | undefined; to?: EpochMs | undefined }): boolean {
  return from !== undefined && to - from > DAY
}
