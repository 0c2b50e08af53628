import type { EpochMs } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { heavy } from '#lib/questions/index.ts'
import { getRouteChanges as routeChanges } from './route-changes.ts'
import { getRouteChurn as routeChurn } from './route-churn.ts'
import { diffRoutes as routeDiff } from './route-diff.ts'

/* Every question about routes that is known to be heavy: whoever asks one from outside gets it from here, and so waits for its turn. */
export const getRouteChanges = heavy(routeChanges, isLong)
export const getRouteChurn = heavy(routeChurn, isLong)
export const diffRoutes = heavy(routeDiff)

function isLong({ from, to = databaseNow() }: { from?: EpochMs | undefined; to?: EpochMs | undefined }): boolean {
  return from !== undefined && to - from > DAY
}
