import type { TimestampBounds, EventKind } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { createTimeBoundsFromColumns, type BeginEndColumns } from '../times.ts'

/** An event about a network fault, with the key of the event and the key of its incident (null = no incident). */
export interface NetworkFaultRow {
  key: string
  scope: string
  incident: string | null
  ended: TimestampBounds | null
}

/**
 * Returns the ongoing events of the given kinds. Ended events of these kinds are included if an ongoing
 * `collector_degraded` event is a part of them.
 */
export async function readNetworkFaults(db: SqlExecutor, kinds: readonly EventKind[]): Promise<NetworkFaultRow[]> {
  const rows = await queryRowsInCamelCase<
    Omit<NetworkFaultRow, 'ended'> & Pick<BeginEndColumns, 'endedEarliest' | 'endedLatest'>
  >(
    db,
    `SELECT e.key, e.scope, i.key AS incident, e.ended_earliest, e.ended_latest
     FROM event e LEFT JOIN incident i ON i.id = e.incident_id
     WHERE e.kind = ANY ($1)
       AND (e.ended_latest IS NULL
            OR e.id IN (SELECT d.part_of FROM event d WHERE d.kind = 'collector_degraded' AND d.ended_latest IS NULL))
     ORDER BY e.key`,
    [kinds],
  )
  return rows.map(({ endedEarliest, endedLatest, ...row }) => ({
    ...row,
    ended: createTimeBoundsFromColumns(endedEarliest, endedLatest),
  }))
}
