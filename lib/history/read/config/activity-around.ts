import { type Bounds, changeKey, type EpochMs, isChangeMade, RESOURCE_CHANGE } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../../times.ts'
import type { ActivityEntry } from '../../types.ts'

/** Columns of an entry of the Activity Log. */
export interface ActivityColumns {
  event_data_id: string
  correlation_id: string | null
  at: Date
  operation: string
  status: string
  arm_key: string
  caller: string | null
  category: string
}

interface Row extends ActivityColumns {
  place: number
}

/**
 * Activity Log entries about each of some resources within a time: those about the resource itself and about what is
 * below it in ARM (a peering of its circuit). A change that Resource Graph reported stands there until the log has it.
 * @returns by the place in the list, oldest first
 */
export async function activityAround(
  db: Queryable,
  asked: readonly { resourceId: string; within: Bounds }[],
): Promise<ActivityEntry[][]> {
  const found: ActivityEntry[][] = asked.map(() => [])
  if (asked.length === 0) return found
  const { rows } = await db.query<Row>(
    `SELECT q.place::int AS place, a.event_data_id, a.correlation_id, a.at, a.operation, a.status, a.arm_key, a.caller, a.category
     FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS q (arm_key, earliest, latest, place)
     JOIN activity_entry a ON a.at BETWEEN q.earliest AND q.latest AND (a.arm_key = q.arm_key OR starts_with(a.arm_key, q.arm_key || '/'))
     ORDER BY q.place, a.at, a.event_data_id`,
    [
      asked.map(({ resourceId }) => resourceId.toLowerCase()),
      asked.map(({ within }) => iso(within.earliest)),
      asked.map(({ within }) => iso(within.latest)),
    ],
  )
  const logged = new Set(rows.filter((row) => row.category !== RESOURCE_CHANGE && isChangeMade(row)).map(keyOf))
  for (const row of rows) {
    const isLogged = row.category === RESOURCE_CHANGE && row.correlation_id !== null && logged.has(keyOf(row))
    if (!isLogged) found[row.place - 1]?.push(entryOf(row))
  }
  return found
}

const keyOf = ({ correlation_id: correlationId, arm_key: resourceId }: Row) => changeKey({ correlationId, resourceId })

function entryOf(row: Row): ActivityEntry {
  const at: EpochMs = ms(row.at)
  return {
    id: row.event_data_id,
    correlationId: row.correlation_id,
    at,
    operation: row.operation,
    status: row.status,
    resourceKey: row.arm_key,
    caller: row.caller,
  }
}
