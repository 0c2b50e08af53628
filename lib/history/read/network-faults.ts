import type { Bounds, EventKind } from '#lib/contract/index.ts'
import { type Queryable, readRows } from '#lib/platform/queryable.ts'
import { boundsOf, type LastingFields } from '../times.ts'

/** An event that stands for a fault, by its key and that of its incident. */
export interface FaultRow {
  key: string
  scope: string
  incident: string | null
  ended: Bounds | null
}

/** Events of some kinds that go on, and those that an open event of the collector was found to be a part of. */
export async function networkFaults(db: Queryable, kinds: readonly EventKind[]): Promise<FaultRow[]> {
  const rows = await readRows<Omit<FaultRow, 'ended'> & Pick<LastingFields, 'endedEarliest' | 'endedLatest'>>(
    db,
    `SELECT e.key, e.scope, i.key AS incident, e.ended_earliest, e.ended_latest
     FROM event e LEFT JOIN incident i ON i.id = e.incident_id
     WHERE e.kind = ANY ($1)
       AND (e.ended_latest IS NULL
            OR e.id IN (SELECT d.part_of FROM event d WHERE d.kind = 'collector_degraded' AND d.ended_latest IS NULL))
     ORDER BY e.key`,
    [kinds],
  )
  return rows.map(({ endedEarliest, endedLatest, ...row }) => ({ ...row, ended: boundsOf(endedEarliest, endedLatest) }))
}
