import type { PoolClient } from 'pg'
import type { PollKind, PollTarget } from '#lib/contract/index.ts'
import { dropIdleResourceLeases, addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { getOrCreateSourceIds } from './sources.ts'

export interface ScheduledPollRequest extends PollTarget {
  kind: PollKind
  everySeconds: number
  /**
   * lower-case ARM ID of the resource on which Azure runs only one such operation at a time; absent = Azure answers the
   * request immediately, without an operation
   */
  resource?: string | null
}

/** Name of the lock by which two workers that have just read the same inventory wait for each other. */
const SYNC_LOCK = 'peerwatch_sync_schedule'

/**
 * Makes the poll schedule equal to the given polls. All other polls are removed from the schedule; their history is
 * kept.
 * @param wanted all polls of all subscriptions
 */
export async function syncPollSchedule(
  client: PoolClient,
  wanted: readonly ScheduledPollRequest[],
): Promise<{ addedOrChanged: number; removed: number }> {
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [SYNC_LOCK])
  const ids = await getOrCreateSourceIds(client, wanted)
  const entries = new Map(
    wanted.map(({ kind, everySeconds, resource = null }, i) => {
      const sourceId = ids[i] ?? 0
      return [`${sourceId}/${kind}`, { sourceId, kind, everySeconds, resource }]
    }),
  )
  const list = [...entries.values()]
  const addedOrChanged = await addMissingPollsToSchedule(client, list)
  const { rowCount } = await client.query(
    `DELETE FROM poll_schedule s
     WHERE NOT EXISTS (SELECT FROM unnest($1::int[], $2::text[]) AS w (source_id, kind)
                       WHERE w.source_id = s.source_id AND w.kind = s.kind)`,
    [list.map(({ sourceId }) => sourceId), list.map(({ kind }) => kind)],
  )
  if (rowCount) await dropIdleResourceLeases(client)
  return { addedOrChanged, removed: rowCount ?? 0 }
}
