import type { ActivityParameters, IncidentsEndpointResponse } from '../api/index.ts'
import type { PollKind } from '#lib/contract/index.ts'
import { readActivityAround } from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { toApiActivityEntry } from './changes.ts'
import {
  readCoverageBetween,
  type ReadableDatabase,
  getSqlExecutor,
  buildFreshnessFields,
  pickPollsOfKinds,
  readSources,
  resolveResource,
} from '#lib/questions/index.ts'

const kinds: readonly PollKind[] = ['activity']
const DEFAULT_RANGE_MS = 24 * 60 * 60_000

/** Returns the entries of the Azure Activity Log about one resource and its child resources, newest first. */
export async function getActivity(
  db: ReadableDatabase,
  { scope, from, to }: ActivityParameters,
): Promise<IncidentsEndpointResponse<'activity'>> {
  const now = getDatabaseNow()
  const q = getSqlExecutor(db)
  const { resourceId } = await resolveResource(q, scope)
  const latest = to ?? now
  const earliest = from ?? latest - DEFAULT_RANGE_MS
  const [entries = []] = await readActivityAround(q, [{ resourceId, within: { earliest, latest } }])
  return {
    data: entries.toReversed().map(toApiActivityEntry),
    // The freshness covers all polls of the Activity Log, because the log is polled per subscription and not per
    // resource.
    ...buildFreshnessFields(pickPollsOfKinds(await readSources(q), kinds), now),
    ...(await readCoverageBetween(q, { kinds, from: earliest, to: latest, now })),
  }
}
