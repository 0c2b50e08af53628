import { type ArmId, parseArmId } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { createAlternativeShortId, recordShortId, computeShortHash } from './short-id.ts'

/**
 * Creates rows of resources of which only the ARM ID is known. An inventory fills in the other fields later. Two
 * processes may create the same row concurrently, so conflicts on every unique index are ignored. Existing rows use up
 * no number of the ID sequence.
 * @throws RangeError if a text is not an ARM ID
 */
export async function ensureResourceRowsExist(db: SqlExecutor, armIds: readonly string[]): Promise<void> {
  const rows = [...new Map(armIds.map((armId) => [armId.toLowerCase(), { armId, ...partsOf(armId) }])).entries()]
  if (rows.length === 0) return
  const { rows: made } = await db.query<{ arm_id: string; short_id: string; kept_id: boolean }>(
    `INSERT INTO resource (short_id, kept_id, arm_key, arm_id, type, name, subscription_id, resource_group)
     SELECT CASE WHEN taken THEN further ELSE own END, taken, arm_key, arm_id, type, name, subscription_id, resource_group
     FROM (
       SELECT n.*, EXISTS (SELECT FROM resource r WHERE r.short_id = n.own AND r.arm_key <> n.arm_key) AS taken
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
         AS n (own, further, arm_key, arm_id, type, name, subscription_id, resource_group)
       WHERE NOT EXISTS (SELECT FROM resource r WHERE r.arm_key = n.arm_key)) m
     ORDER BY arm_key
     ON CONFLICT DO NOTHING
     RETURNING arm_id, short_id, kept_id`,
    [
      rows.map(([armKey]) => computeShortHash(armKey, 10)),
      rows.map(([armKey]) => createAlternativeShortId(armKey)),
      rows.map(([armKey]) => armKey),
      rows.map(([, { armId }]) => armId),
      rows.map(([, { type }]) => type),
      rows.map(([, { name }]) => name),
      rows.map(([, { subscriptionId }]) => subscriptionId),
      rows.map(([, { resourceGroup }]) => resourceGroup),
    ],
  )
  for (const { arm_id, short_id, kept_id } of made) recordShortId(arm_id, short_id, kept_id)
}

function partsOf(armId: string): ArmId {
  const parts = parseArmId(armId)
  if (!parts) throw new RangeError(`'${armId}' is no ARM id`)
  return parts
}
