import type { AccessScope } from '#lib/contract/index.ts'
import type { OverviewEndpointResponse } from '../api/index.ts'
import type { WallGroup } from '../api/parameters.ts'
import { getWall } from './index.ts'
import { STATEMENT_TIME_LIMIT_MS, openScopedReader, maskOtherCustomersNames } from '#lib/questions/index.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import { shareQueriesInResponse } from '#lib/platform/response-cache.ts'
import { SharedResponseComputation } from './shared-answer.ts'

/**
 * Limits for computing the response that wall displays share. Five computations in a second are enough for any number
 * of displays.
 */
const OFTEN = { everyMs: 200, limitMs: STATEMENT_TIME_LIMIT_MS }
/** Maximum number of combinations of scope and grouping that have a shared response at the same time. */
const MAX_SCOPES = 100
const walls = openProcessCache<SharedResponseComputation<OverviewEndpointResponse<'wall'>>>('walls', {
  maxSize: MAX_SCOPES,
})

/**
 * Returns the content for the wall displays of one scope. All displays of the scope share the response.
 * @param by grouping of the display
 */
export function readSharedWall(
  scope: AccessScope,
  by: WallGroup = 'subscription',
): Promise<OverviewEndpointResponse<'wall'>> {
  const key = JSON.stringify([scope, by])
  const known = walls.find(walls, key)
  return (known ?? walls.store(walls, key, new SharedResponseComputation(() => makeWall(scope, by), OFTEN))).ask()
}

const makeWall = (scope: AccessScope, by: WallGroup): Promise<OverviewEndpointResponse<'wall'>> =>
  shareQueriesInResponse(async () => {
    const db = await openScopedReader(scope)
    return maskOtherCustomersNames(db, await getWall(db, { by }))
  })
