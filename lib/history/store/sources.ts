import type { PollTarget } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { ensureResourceRowsExist } from './ensure-resources.ts'

/**
 * Returns the ID of a source, and creates it if it is new. Its resource need not have been listed yet.
 * @throws RangeError if the resource ID is not an ARM ID
 */
export async function getOrCreateSourceId(db: SqlExecutor, target: PollTarget): Promise<number> {
  const [id] = await getOrCreateSourceIds(db, [target])
  if (id === undefined) throw new Error('a source got no id')
  return id
}

/** Returns the IDs of several sources in the given order, and creates new ones. */
export async function getOrCreateSourceIds(db: SqlExecutor, targets: readonly PollTarget[]): Promise<number[]> {
  if (targets.length === 0) return []
  const known = await sourceIds(db, targets)
  const missing = targets.filter((target) => !known.has(keyOf(target)))
  if (missing.length > 0) {
    await ensureResourceRowsExist(
      db,
      missing.map(({ resourceId }) => resourceId),
    )
    await db.query(
      `INSERT INTO source (resource_id, subresource)
       SELECT DISTINCT r.id, w.subresource FROM unnest($1::text[], $2::text[]) AS w (arm_key, subresource)
       JOIN resource r ON r.arm_key = w.arm_key
       ORDER BY 1, 2
       ON CONFLICT (resource_id, subresource) DO NOTHING`,
      [missing.map(armKey), missing.map(({ subresource }) => subresource)],
    )
    for (const [key, id] of await sourceIds(db, missing)) known.set(key, id)
  }
  return targets.map((target) => {
    const id = known.get(keyOf(target))
    if (id === undefined) throw new Error(`no source for ${target.resourceId}`)
    return id
  })
}

const armKey = ({ resourceId }: PollTarget) => resourceId.toLowerCase()
const keyOf = (target: PollTarget) => `${armKey(target)}\t${target.subresource}`

async function sourceIds(db: SqlExecutor, targets: readonly PollTarget[]): Promise<Map<string, number>> {
  const { rows } = await db.query<{ id: number; arm_key: string; subresource: string }>(
    `SELECT s.id, r.arm_key, s.subresource
     FROM unnest($1::text[], $2::text[]) AS w (arm_key, subresource)
     JOIN resource r ON r.arm_key = w.arm_key
     JOIN source s ON s.resource_id = r.id AND s.subresource = w.subresource`,
    [targets.map(armKey), targets.map(({ subresource }) => subresource)],
  )
  return new Map(rows.map((row) => [`${row.arm_key}\t${row.subresource}`, row.id]))
}
