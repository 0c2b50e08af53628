import type { EpochMs } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { ALERTING_PROOF_CHANNEL_ID } from './channels.ts'

export interface FailingChannel {
  id: string
  name: string
  /** text form of the channel's access scope */
  scopes: string[]
  /**
   * creation time of the oldest notification that was not delivered since the last delivery; null = the channel works
   */
  failingSince: EpochMs | null
  /** error of the newest failed attempt; null = the channel works */
  error: string | null
  waiting: number
}

/**
 * Number of failed attempts since the last delivery at which a channel counts as failing. The third attempt begins
 * about 15 s after the first.
 */
const ATTEMPTS = 3
const BACK = '7 days'

/**
 * Returns all enabled channels with their failures of the last 7 days. A channel that works has `failingSince` null.
 */
export async function readFailingChannels(db: SqlExecutor): Promise<FailingChannel[]> {
  return queryRowsInCamelCase<FailingChannel>(
    db,
    `SELECT c.id, c.name, c.scopes,
            CASE WHEN coalesce(f.attempts, 0) >= ${ATTEMPTS} THEN f.since END AS failing_since,
            CASE WHEN coalesce(f.attempts, 0) >= ${ATTEMPTS} THEN f.error END AS error,
            coalesce(f.waiting, 0)::int AS waiting
     FROM notify_channel c
     LEFT JOIN LATERAL (
       SELECT sum(n.attempts) FILTER (WHERE n.last_error IS NOT NULL) AS attempts,
              min(n.created_at) FILTER (WHERE n.last_error IS NOT NULL) AS since,
              (array_agg(n.last_error ORDER BY n.attempted_at DESC) FILTER (WHERE n.last_error IS NOT NULL))[1] AS error,
              count(*) FILTER (WHERE n.state = 'pending') AS waiting
       FROM notification n
       WHERE n.channel_id = c.id AND n.state IN ('pending', 'failed') AND n.reason <> 'test'
         AND n.created_at > clock_timestamp() - interval '${BACK}'
         AND n.created_at > coalesce((SELECT max(d.created_at) FROM notification d
           WHERE d.channel_id = c.id AND d.state = 'delivered' AND d.created_at > clock_timestamp() - interval '${BACK}'), '-infinity')
     ) f ON true
     WHERE c.enabled AND c.id <> '${ALERTING_PROOF_CHANNEL_ID}' ORDER BY c.position, c.id`,
  )
}
