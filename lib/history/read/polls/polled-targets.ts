import type { EpochMs, PollOutcome, PollError, PollKind } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { convertSecondsToMs } from '../../times.ts'
import { computeShortId } from '../../store/short-id.ts'

/** A scheduled poll and its last results. */
interface PolledTargetRow {
  /** ARM ID of the subscription */
  subscriptionResource: string
  /** short ID of the subscription */
  subscription: string
  /** short ID of the polled resource */
  scope: string
  kind: PollKind
  everyMs: number
  /**
   * end of the last successful poll, or start of the last poll that read at least some instances, whichever is later;
   * null = none yet
   */
  lastGoodAt: EpochMs | null
  /** end of the last poll with any outcome; null = none yet, or the last one was dated by a wrong clock */
  lastAt: EpochMs | null
  lastOutcome: PollOutcome | null
  lastError: PollError | null
}

/** Returns all scheduled polls with their last successful poll. */
export async function readPolledTargets(db: SqlExecutor): Promise<PolledTargetRow[]> {
  const rows = await queryRowsInCamelCase<Omit<PolledTargetRow, 'subscription' | 'everyMs'> & { everySeconds: number }>(
    db,
    `SELECT '/subscriptions/' || lower(r.subscription_id) AS subscription_resource, r.short_id AS scope, ps.kind, ps.every_seconds,
            greatest(p.ok_finished_at, p.read_at) AS last_good_at,
            CASE WHEN p.last_outcome IS DISTINCT FROM 'clock' THEN p.last_finished_at END AS last_at, p.last_outcome, p.error AS last_error
     FROM poll_schedule ps
     JOIN source s ON s.id = ps.source_id
     JOIN resource r ON r.id = s.resource_id
     LEFT JOIN poll_state p ON (p.source_id, p.kind) = (ps.source_id, ps.kind)`,
  )
  return rows.map(({ everySeconds, ...row }) => ({
    ...row,
    subscription: computeShortId(row.subscriptionResource),
    everyMs: convertSecondsToMs(everySeconds),
  }))
}

/** Returns the ongoing `collector_error` events (failing polls) whose poll is no longer scheduled. */
export async function readErrorsOfUnscheduledPolls(db: SqlExecutor): Promise<{ scope: string; key: string }[]> {
  const { rows } = await db.query<{ scope: string; key: string }>(
    `SELECT e.scope, e.key FROM event e
     WHERE e.kind = 'collector_error' AND e.ended_latest IS NULL
       AND NOT EXISTS (SELECT FROM poll_schedule ps WHERE ps.source_id = e.source_id AND ps.kind = split_part(e.subject, ' ', 1))
     ORDER BY e.scope, e.key`,
  )
  return rows
}

/**
 * Makes the ongoing `collector_error` events of a subscription's sources parts of the event of a shared fault, and
 * moves them to the incident of that event.
 * @param eventId event of the shared fault
 * @param classes only errors with these cause classes; null = all errors
 */
export async function mergeErrorsIntoEvent(
  db: SqlExecutor,
  subscription: string,
  eventId: string,
  classes: readonly string[] | null = null,
): Promise<void> {
  await db.query(
    `UPDATE event e SET part_of = $2, incident_id = coalesce((SELECT f.incident_id FROM event f WHERE f.id = $2), e.incident_id), updated_at = now()
     FROM source s JOIN resource r ON r.id = s.resource_id
     WHERE s.id = e.source_id AND '/subscriptions/' || lower(r.subscription_id) = $1
       AND e.kind = 'collector_error' AND e.ended_latest IS NULL AND e.part_of IS NULL AND e.id <> $2
       AND ($3::text[] IS NULL OR e.causes #>> '{0,class}' = ANY ($3))`,
    [subscription, eventId, classes],
  )
}

/**
 * Makes an ongoing `collector_error` event a part of the ongoing `collector_degraded` event of its subscription, if its
 * first cause has one of these classes, and moves it to the incident of that event, if it has one. An event that is
 * already a part of another event is unchanged.
 */
export async function mergeErrorIntoSharedEvent(
  db: SqlExecutor,
  eventId: string,
  classes: readonly string[],
): Promise<void> {
  await db.query(
    `UPDATE event e SET part_of = d.id, incident_id = coalesce(d.incident_id, e.incident_id), updated_at = now()
     FROM source s JOIN resource r ON r.id = s.resource_id
     JOIN resource dr ON dr.arm_key = '/subscriptions/' || lower(r.subscription_id)
     JOIN source ds ON ds.resource_id = dr.id
     JOIN event d ON d.source_id = ds.id AND d.kind = 'collector_degraded' AND d.ended_latest IS NULL
     WHERE e.id = $1 AND s.id = e.source_id AND e.ended_latest IS NULL AND e.part_of IS NULL
       AND d.causes #>> '{0,class}' = ANY ($2)`,
    [eventId, classes],
  )
}
