import {
  type TimestampBounds,
  buildChangeKey,
  isCompletedChange,
  RESOURCE_CHANGE_CATEGORY,
} from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../../times.ts'
import type { ActivityEntry } from '../../types.ts'

interface Row extends ActivityEntry {
  place: number
  category: string
}

/**
 * Returns the Activity Log entries about each of the given resources within the period given for it. Entries about
 * child resources in ARM are included, for example about a peering of the circuit. A change that Resource Graph
 * reported is included as long as the log does not contain it.
 * @returns a list of entries for each given resource, in the given order; entries oldest first
 */
export async function readActivityAround(
  db: SqlExecutor,
  asked: readonly { resourceId: string; within: TimestampBounds }[],
): Promise<ActivityEntry[][]> {
  const found: ActivityEntry[][] = asked.map(() => [])
  if (asked.length === 0) return found
  const rows = await queryRowsInCamelCase<Row>(
    db,
    `SELECT q.place::int AS place, a.event_data_id AS id, a.correlation_id, a.at, a.operation, a.status, a.arm_key AS resource_key,
            a.caller, a.category
     FROM unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS q (arm_key, earliest, latest, place)
     JOIN activity_entry a ON a.at BETWEEN q.earliest AND q.latest AND (a.arm_key = q.arm_key OR starts_with(a.arm_key, q.arm_key || '/'))
     ORDER BY q.place, a.at, a.event_data_id`,
    [
      asked.map(({ resourceId }) => resourceId.toLowerCase()),
      asked.map(({ within }) => formatIsoTime(within.earliest)),
      asked.map(({ within }) => formatIsoTime(within.latest)),
    ],
  )
  const logged = new Set(
    rows.filter((row) => row.category !== RESOURCE_CHANGE_CATEGORY && isCompletedChange(row)).map(keyOf),
  )
  for (const row of rows) {
    const { place, category, ...entry } = row
    const isLogged = category === RESOURCE_CHANGE_CATEGORY && entry.correlationId !== null && logged.has(keyOf(row))
    if (!isLogged) found[place - 1]?.push(entry)
  }
  return found
}

const keyOf = ({ correlationId, resourceKey: resourceId }: Row) => buildChangeKey({ correlationId, resourceId })
