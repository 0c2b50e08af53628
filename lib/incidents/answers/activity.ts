import type { ActivityParameters, ResponseOf } from '../api/index.ts'
import type { PollKind } from '#lib/contract/index.ts'
import { activityAround } from '#lib/history/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { withResource } from './changes.ts'
import {
  coveredBetween,
  type Db,
  queryable,
  ageOf,
  pollsOf,
  readSources,
  resolveResource,
} from '#lib/questions/index.ts'

const kinds: readonly PollKind[] = ['activity']
const DEFAULT_RANGE_MS = 24 * 60 * 60_000

/** Returns the entries of the Azure Activity Log about one resource and its child resources, newest first. */
export async function getActivity(db: Db, { scope, from, to }: ActivityParameters): Promise<ResponseOf<'activity'>> {
  const now = databaseNow()
  const q = queryable(db)
  const { resourceId } = await resolveResource(q, scope)
  const latest = to ?? now
  const earliest = from ?? latest - DEFAULT_RANGE_MS
  const [entries = []] = await activityAround(q, [{ resourceId, within: { earliest, latest } }])
  return {
    data: entries.toReversed().map(withResource),
    // The freshness covers all polls of the Activity Log, because the log is polled per subscription and not per
    // resource.
    ...ageOf(pollsOf(await readSources(q), kinds), now),
    ...(await coveredBetween(q, { kinds, from: earliest, to: latest, now })),
  }
}
