import type { ResourceColumns } from '../../read/config/resources.ts'
import type { PoolClient } from 'pg'
import type { TimestampBounds } from '#lib/contract/index.ts'
import { ensureResourceRowsExist } from '../../store/ensure-resources.ts'
import { formatIsoTime } from '../../times.ts'
import { convertToOpenInterval, type OpenIntervalColumns } from '../open-row.ts'
import type { StoredInventoryResource } from './known-resource.ts'
import { recordShortId } from '../../store/short-id.ts'
import type { ResourceArmIdChange } from './moves.ts'
import type { ProvenAbsenceOfPoll } from '../poll-reading.ts'
import type { UnconfirmedResourceRemoval } from './removals.ts'
import {
  createClosedIntervalColumns,
  type WrittenColumnDefinitions,
  insertRows,
  createOpenIntervalColumns,
  updateRows,
} from '../write-rows.ts'
import type { ResourceComparison } from './compare-inventory.ts'

interface Row extends OpenIntervalColumns, ResourceColumns {
  id: number
  arm_key: string
  listed_by: number | null
  closed_until: Date | null
  removed_after: Date | null
  missing_after: Date | null
  missing_by: Date | null
  short_id: string
  identities: string[]
  joins: number | null
  parts: boolean
  joined_to: number | null
}

/**
 * Returns the resources with the given ARM IDs, and the resources of the listed types that this source lists. Locks the
 * rows in the order of their IDs.
 */
export async function loadResources(
  client: PoolClient,
  sourceId: number,
  armKeys: readonly string[],
  listedTypes: readonly string[],
): Promise<Map<string, StoredInventoryResource>> {
  const { rows } = await client.query<Row>(
    `SELECT ${COLUMNS} FROM resource
     WHERE arm_key = ANY ($2) OR (listed_by = $1 AND type = ANY ($3) AND first_present IS NOT NULL)
     ORDER BY id FOR NO KEY UPDATE`,
    [sourceId, armKeys, listedTypes],
  )
  return knownOf(rows)
}

/**
 * Returns other resources that could be the same resource under another ARM ID, because they share an identity. Locks
 * the rows in the order of their IDs.
 */
export async function loadResourcesByIdentity(
  client: PoolClient,
  identities: readonly string[],
  known: readonly number[],
): Promise<Map<string, StoredInventoryResource>> {
  if (identities.length === 0) return new Map()
  const { rows } = await client.query<Row>(
    `SELECT ${COLUMNS} FROM resource
     WHERE identities && $1 AND joined_to IS NULL AND id <> ALL ($2) ORDER BY id FOR NO KEY UPDATE`,
    [identities, known],
  )
  return knownOf(rows)
}

/** Returns resources by row ID. Locks the rows in the order of their IDs. */
export async function loadResourcesById(
  client: PoolClient,
  ids: readonly number[],
): Promise<Map<number, StoredInventoryResource>> {
  const { rows } = await client.query<Row>(
    `SELECT ${COLUMNS} FROM resource WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  )
  return new Map([...knownOf(rows).values()].map((known) => [known.id, known]))
}

const COLUMNS = `id, arm_key, arm_id, short_id, type, name, subscription_id, resource_group, location, config, listed_by, last_absent,
  first_present, last_present, closed_until, removed_after,
  missing_after, missing_by, identities, joins, parts, joined_to`

function knownOf(rows: readonly Row[]): Map<string, StoredInventoryResource> {
  return new Map(
    rows.map((row) => [
      row.arm_key,
      {
        id: row.id,
        resourceId: row.arm_id,
        type: row.type,
        name: row.name,
        location: row.location,
        config: row.config,
        listedBy: row.listed_by,
        open: convertToOpenInterval(row),
        scope: row.short_id,
        subscriptionId: row.subscription_id,
        resourceGroup: row.resource_group,
        identities: row.identities,
        joins: row.joins,
        parts: row.parts,
        isAside: row.joined_to !== null,
        removedAfter: row.removed_after && row.removed_after.getTime(),
        closedUntil: row.closed_until && row.closed_until.getTime(),
        missing: row.missing_after && { after: row.missing_after.getTime(), by: row.missing_by?.getTime() ?? null },
      },
    ]),
  )
}

/** Stores the configuration intervals that ended with this poll. */
export async function appendConfigs(
  client: PoolClient,
  sourceId: number,
  steps: readonly ResourceComparison[],
): Promise<void> {
  const past = steps.flatMap(({ known, past: interval }) => (known && interval ? [{ sourceId, known, interval }] : []))
  const columns: WrittenColumnDefinitions<(typeof past)[number]> = {
    source_id: ['int', (row) => row.sourceId],
    resource_id: ['int', ({ known }) => known.id],
    config: ['jsonb', ({ known }) => known.config],
    ...createClosedIntervalColumns(({ interval }) => interval),
  }
  await insertRows(client, 'resource_history', columns, past)
}

/** Writes the resources that are new, changed or removed in this poll. */
export async function saveResources(
  client: PoolClient,
  { sourceId, finishedAt }: Pick<ProvenAbsenceOfPoll, 'sourceId' | 'finishedAt'>,
  steps: readonly ResourceComparison[],
): Promise<void> {
  const listed = steps.flatMap(({ row, ...step }) => (row ? [{ ...step, row }] : []))
  const added = listed.flatMap(({ known, row }) => (known ? [] : [row.resourceId]))
  await ensureResourceRowsExist(client, added)
  // Rows of known resources are locked since they were read. New rows are locked here, so that two writers that add the
  // same resource wait for each other.
  if (added.length > 0) {
    await client.query('SELECT FROM resource WHERE arm_key = ANY ($1) ORDER BY arm_key FOR NO KEY UPDATE', [
      added.map((resourceId) => resourceId.toLowerCase()),
    ])
  }
  const columns: WrittenColumnDefinitions<(typeof listed)[number]> = {
    arm_id: ['text', ({ row }) => row.resourceId],
    type: ['text', ({ row }) => row.type],
    name: ['text', ({ row }) => row.name],
    subscription_id: ['text', ({ row }) => row.subscriptionId],
    resource_group: ['text', ({ row }) => row.resourceGroup],
    location: ['text', ({ row }) => row.location],
    config: ['jsonb', ({ row }) => row.config],
    first_seen: ['timestamptz', () => finishedAt],
    identities: ['jsonb', ({ row }) => row.identities ?? []],
    listed_by: ['int', ({ listedBy = sourceId }) => listedBy],
    ...createOpenIntervalColumns(({ open }) => open),
    closed_until: ['timestamptz', ({ past, known }) => past?.firstAbsent ?? known?.closedUntil],
  }
  const keys: typeof columns = { arm_key: ['text', ({ row }) => row.resourceId.toLowerCase()] }
  const set = { missing_after: 'NULL', missing_by: 'NULL' }
  await updateRows(client, 'resource', keys, columns, listed, {
    set: {
      ...set,
      first_seen: 'coalesce(t.first_seen, n.first_seen)',
      identities: 'ARRAY(SELECT jsonb_array_elements_text(n.identities))',
      removed_after: 'NULL',
    },
  })
  const gone = steps.flatMap(({ known, row, past }) => (known && !row && past ? [{ id: known.id, past }] : []))
  const ended: WrittenColumnDefinitions<(typeof gone)[number]> = {
    removed_after: ['timestamptz', ({ past }) => past.lastPresent],
    closed_until: ['timestamptz', ({ past }) => past.firstAbsent],
  }
  await updateRows(client, 'resource', BY_ID, ended, gone, {
    set: { ...set, last_absent: 'NULL', first_present: 'NULL', last_present: 'NULL' },
  })
}

const BY_ID: WrittenColumnDefinitions<{ id: number }> = { id: ['int', ({ id }) => id] }

/**
 * Stores which resources a complete list lacked and since when. A later list that contains or lacks the resource
 * decides.
 */
export async function recordMissingResources(
  client: PoolClient,
  missing: readonly (UnconfirmedResourceRemoval & { id: number })[],
): Promise<void> {
  const columns: WrittenColumnDefinitions<UnconfirmedResourceRemoval> = {
    missing_after: ['timestamptz', ({ after }) => after],
    missing_by: ['timestamptz', ({ by }) => by],
  }
  await updateRows(client, 'resource', BY_ID, columns, missing)
}

/**
 * Moves a resource to another ARM ID. It keeps its short ID and the history of its sources. History that was already
 * recorded under the new ARM ID stays with a separate row, which is no longer listed.
 */
export async function saveResourceMove(
  client: PoolClient,
  { resource, to, twin }: ResourceArmIdChange,
  { startedAt, finishedAt }: ProvenAbsenceOfPoll,
  between: TimestampBounds,
): Promise<void> {
  if (twin) {
    await client.query(
      `UPDATE resource SET arm_key = arm_key || '#' || short_id, joined_to = $2, joins = NULL, identities = '{}', last_absent = NULL, first_present = NULL,
         last_present = NULL, missing_after = NULL, missing_by = NULL, removed_after = $3, closed_until = $4
       WHERE id = $1`,
      [
        twin.id,
        resource.id,
        formatIsoTime(twin.open ? startedAt : twin.removedAfter),
        formatIsoTime(twin.open ? finishedAt : twin.closedUntil),
      ],
    )
  }
  const armKey = resource.resourceId.toLowerCase()
  await client.query(
    `INSERT INTO resource_alias (arm_key, arm_id, resource_id, moved_after, moved_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [armKey, resource.resourceId, resource.id, formatIsoTime(between.earliest), formatIsoTime(between.latest)],
  )
  await client.query('UPDATE resource SET arm_key = $2, arm_id = $3, kept_id = true WHERE id = $1', [
    resource.id,
    to.resourceId.toLowerCase(),
    to.resourceId,
  ])
  recordShortId(to.resourceId, resource.scope, true)
}
