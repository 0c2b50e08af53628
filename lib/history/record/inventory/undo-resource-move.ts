import type { PoolClient } from 'pg'
import { type ConfigChange, type EpochMs, parseArmId, type ResourceRow } from '#lib/contract/index.ts'
import { ensureResourceRowsExist } from '../../store/ensure-resources.ts'
import { recordShortId, computeShortHash } from '../../store/short-id.ts'
import { formatIsoTime } from '../../times.ts'
import { type ClosedInterval, openIntervalAfter } from '../interval.ts'
import type { StoredInventoryResource } from './known-resource.ts'
import { replaceArmId } from './moves.ts'
import type { ProvenAbsenceOfPoll } from '../poll-reading.ts'
import { loadResources } from './resource-rows.ts'
import type { ResourceComparison } from './compare-inventory.ts'

interface Alias {
  arm_key: string
  arm_id: string
  moved_after: Date
  moved_by: Date
  config: Record<string, unknown> | null
}

/**
 * Undoes the last move of a resource, because an operator declared that the resource before the move and the one after
 * it are different.
 * The resource gets its former ARM ID back and is marked as removed. It keeps the history that was recorded since the
 * move. It loses its identities, so that it is not recognized as moved again. The resource that is listed under the new
 * ARM ID is a separate resource from this poll on, and gets back the history that was recorded under this ID before the
 * move.
 * @param past the interval that ends for the former resource
 * @returns null if there is no move to undo, or another resource has the former ARM ID
 */
export async function undoResourceMove(
  client: PoolClient,
  known: StoredInventoryResource,
  row: ResourceRow,
  past: ClosedInterval,
  reading: ProvenAbsenceOfPoll,
): Promise<ResourceComparison | null> {
  await client.query('UPDATE resource SET parts = false WHERE id = $1', [known.id])
  const alias = await lastAlias(client, known.id)
  if (!alias) return null
  await giveBack(client, known, alias, past)
  const armKey = row.resourceId.toLowerCase()
  await client.query(
    `UPDATE resource SET arm_key = $2, joined_to = NULL WHERE joined_to = $1 AND arm_key = $2 || '#' || short_id`,
    [known.id, armKey],
  )
  await ensureResourceRowsExist(client, [row.resourceId])
  const own = (await loadResources(client, reading.sourceId, [armKey], [])).get(armKey) ?? null
  if (own) recordShortId(row.resourceId, own.scope, own.scope !== computeShortHash(armKey, 10))
  const between = { earliest: alias.moved_after.getTime(), latest: reading.finishedAt }
  const change: ConfigChange = {
    type: 'config',
    op: 'added',
    resourceId: row.resourceId,
    resourceType: row.type,
    fields: [],
    partedFrom: alias.arm_id,
    between,
  }
  return { known: own, row, open: openIntervalAfter(reading, absentUntil(own, between.earliest)), past: null, change }
}

const absentUntil = (own: StoredInventoryResource | null, moved: EpochMs) => Math.max(own?.removedAfter ?? moved, moved)

/**
 * Returns the last move, with the configuration that the resource had at that time; null = no move, or its former ARM
 * ID is in use.
 */
async function lastAlias(client: PoolClient, id: number): Promise<Alias | null> {
  const { rows } = await client.query<Alias & { taken: boolean }>(
    `SELECT a.*, EXISTS (SELECT FROM resource o WHERE o.arm_key = a.arm_key) AS taken, (
       SELECT x.config FROM resource_span x WHERE x.resource_id = a.resource_id AND x.first_present <= a.moved_after
       ORDER BY x.first_present DESC LIMIT 1) AS config
     FROM resource_alias a WHERE a.resource_id = $1 ORDER BY a.moved_by DESC LIMIT 1`,
    [id],
  )
  const [alias] = rows
  return alias && !alias.taken ? alias : null
}

async function giveBack(
  client: PoolClient,
  known: StoredInventoryResource,
  alias: Alias,
  past: ClosedInterval,
): Promise<void> {
  const parts = parseArmId(alias.arm_id)
  const isKept = known.scope !== computeShortHash(alias.arm_key, 10)
  const config = alias.config ?? known.config
  await client.query(
    `UPDATE resource SET arm_key = $2, arm_id = $3, kept_id = $4, name = coalesce($5, name),
       subscription_id = coalesce($6, subscription_id), resource_group = $7, config = $8, identities = '{}',
       last_absent = NULL, first_present = NULL, last_present = NULL, missing_after = NULL, missing_by = NULL,
       removed_after = $9, closed_until = $10
     WHERE id = $1`,
    [
      known.id,
      alias.arm_key,
      alias.arm_id,
      isKept,
      parts?.name ?? null,
      parts?.subscriptionId ?? null,
      parts?.resourceGroup ?? null,
      config && JSON.stringify(replaceArmId(config, known.resourceId, alias.arm_id)),
      alias.moved_after,
      formatIsoTime(past.firstAbsent),
    ],
  )
  await client.query('DELETE FROM resource_alias WHERE arm_key = $1 AND moved_by = $2', [alias.arm_key, alias.moved_by])
  recordShortId(alias.arm_id, known.scope, isKept)
}
