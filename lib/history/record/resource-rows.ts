import type { PoolClient } from 'pg'
import type { Bounds } from '#lib/contract/index.ts'
import { ensureResources } from '../store/ensure-resources.ts'
import { iso } from '../times.ts'
import { closedJson, closedUntil, openJson, openOf, type OpenRow } from './open-row.ts'
import type { KnownResource } from './known-resource.ts'
import { noteShortId } from '../store/short-id.ts'
import type { Move } from './moves.ts'
import type { Reading } from './reading.ts'
import type { Missing } from './removals.ts'
import type { ResourceStep } from './step-inventory.ts'

interface Row extends OpenRow {
  id: number
  arm_key: string
  arm_id: string
  type: string
  name: string
  location: string | null
  config: Record<string, unknown> | null
  listed_by: number | null
  closed_until: Date | null
  removed_after: Date | null
  missing_after: Date | null
  missing_by: Date | null
  short_id: string
  subscription_id: string
  resource_group: string | null
  identities: string[]
  joins: number | null
  parts: boolean
  joined_to: number | null
}

/** The named resources, and those of the listed types that this source lists; locked in the order of their ids. */
export async function loadResources(
  client: PoolClient,
  sourceId: number,
  armKeys: readonly string[],
  listedTypes: readonly string[],
): Promise<Map<string, KnownResource>> {
  const { rows } = await client.query<Row>(
    `SELECT ${COLUMNS} FROM resource
     WHERE arm_key = ANY ($2) OR (listed_by = $1 AND type = ANY ($3) AND first_present IS NOT NULL)
     ORDER BY id FOR NO KEY UPDATE`,
    [sourceId, armKeys, listedTypes],
  )
  return knownOf(rows)
}

/** Those beside the known ones that could be the same under another ARM id; locked likewise. */
export async function loadTwins(
  client: PoolClient,
  identities: readonly string[],
  known: readonly number[],
): Promise<Map<string, KnownResource>> {
  if (identities.length === 0) return new Map()
  const { rows } = await client.query<Row>(
    `SELECT ${COLUMNS} FROM resource
     WHERE identities && $1 AND joined_to IS NULL AND id <> ALL ($2) ORDER BY id FOR NO KEY UPDATE`,
    [identities, known],
  )
  return knownOf(rows)
}

/** Resources by the numbers of their rows; locked likewise. */
export async function loadById(client: PoolClient, ids: readonly number[]): Promise<Map<number, KnownResource>> {
  const { rows } = await client.query<Row>(
    `SELECT ${COLUMNS} FROM resource WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE`,
    [ids],
  )
  return new Map([...knownOf(rows).values()].map((known) => [known.id, known]))
}

const COLUMNS = `id, arm_key, arm_id, short_id, type, name, subscription_id, resource_group, location, config, listed_by, last_absent,
  first_present, last_present, closed_until, removed_after,
  missing_after, missing_by, identities, joins, parts, joined_to`

function knownOf(rows: readonly Row[]): Map<string, KnownResource> {
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
        open: openOf(row),
        scope: row.short_id,
        subscriptionId: row.subscription_id,
        resourceGroup: row.resource_group,
        identities: row.identities,
        joins: row.joins,
        parts: row.parts,
        isAside: row.joined_to !== null,
        removedAfter: row.removed_after && row.removed_after.getTime(),
        closedUntil: row.closed_until && row.closed_until.getTime(),
        missing: row.missing_after &&
          row.missing_by && { after: row.missing_after.getTime(), by: row.missing_by.getTime() },
      },
    ]),
  )
}

/** Keeps the configurations that ended with this reading. */
export async function appendConfigs(
  client: PoolClient,
  sourceId: number,
  steps: readonly ResourceStep[],
): Promise<void> {
  const past = steps.flatMap(({ known, past: interval }) =>
    known && interval ? [{ resource_id: known.id, config: known.config, ...closedJson(interval) }] : [],
  )
  if (past.length === 0) return
  await client.query(
    `INSERT INTO resource_history (source_id, resource_id, config, last_absent, first_present, last_present, first_absent)
     SELECT $1, resource_id, config, last_absent, first_present, last_present, first_absent
     FROM jsonb_to_recordset($2) AS p (resource_id int, config jsonb, last_absent timestamptz, first_present timestamptz,
                                       last_present timestamptz, first_absent timestamptz)`,
    [sourceId, JSON.stringify(past)],
  )
}

/** Writes what this reading shows of resources: new ones, changed ones, and those that it lost. */
export async function saveResources(
  client: PoolClient,
  { sourceId, finishedAt }: Pick<Reading, 'sourceId' | 'finishedAt'>,
  steps: readonly ResourceStep[],
): Promise<void> {
  const listed = steps.flatMap(({ known, row, open, past, listedBy = sourceId }) =>
    row
      ? [
          {
            arm_key: row.resourceId.toLowerCase(),
            arm_id: row.resourceId,
            type: row.type,
            name: row.name,
            subscription_id: row.subscriptionId,
            resource_group: row.resourceGroup,
            location: row.location,
            config: row.config,
            identities: row.identities ?? [],
            listed_by: listedBy,
            ...openJson(open),
            closed_until: closedUntil(past, known?.closedUntil ?? null),
          },
        ]
      : [],
  )
  if (listed.length > 0) {
    const added = steps.flatMap(({ known, row }) => (row && !known ? [row.resourceId] : []))
    await ensureResources(client, added)
    // what was known is locked since it was read; two that add the same take turns
    await client.query('SELECT FROM resource WHERE arm_key = ANY ($1) ORDER BY arm_key FOR NO KEY UPDATE', [
      added.map((resourceId) => resourceId.toLowerCase()),
    ])
    await client.query(
      `UPDATE resource r
       SET arm_id = n.arm_id, type = n.type, name = n.name, subscription_id = n.subscription_id, resource_group = n.resource_group,
           location = n.location, config = n.config, first_seen = coalesce(r.first_seen, $1), listed_by = n.listed_by,
           identities = n.identities,
           last_absent = n.last_absent, first_present = n.first_present, last_present = n.last_present,
           closed_until = n.closed_until, removed_after = NULL,
           missing_after = NULL, missing_by = NULL
       FROM jsonb_to_recordset($2) AS n (arm_key text, arm_id text, type text, name text, subscription_id text,
              resource_group text, location text, config jsonb, identities text[], listed_by int, last_absent timestamptz, first_present timestamptz,
              last_present timestamptz, closed_until timestamptz)
       WHERE r.arm_key = n.arm_key`,
      [iso(finishedAt), JSON.stringify(listed)],
    )
  }
  const gone = steps.flatMap(({ known, row, past }) => (known && !row && past ? [{ id: known.id, past }] : []))
  if (gone.length > 0) {
    await client.query(
      `UPDATE resource r
       SET last_absent = NULL, first_present = NULL, last_present = NULL, closed_until = n.gone_by, removed_after = n.gone_after,
           missing_after = NULL, missing_by = NULL
       FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS n (id, gone_after, gone_by)
       WHERE r.id = n.id`,
      [
        gone.map(({ id }) => id),
        gone.map(({ past }) => iso(past.lastPresent)),
        gone.map(({ past }) => iso(past.firstAbsent)),
      ],
    )
  }
}

/** Keeps what one answered list lacked, until the next one has it or lacks it too. */
export async function noteMissing(client: PoolClient, missing: readonly (Missing & { id: number })[]): Promise<void> {
  if (missing.length === 0) return
  await client.query(
    `UPDATE resource r SET missing_after = n.missing_after, missing_by = n.missing_by
     FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS n (id, missing_after, missing_by) WHERE r.id = n.id`,
    [missing.map(({ id }) => id), missing.map(({ after }) => iso(after)), missing.map(({ by }) => iso(by))],
  )
}

/**
 * Lets a resource go on under another ARM id, with its short id and all that is kept of its sources. What was recorded under that id
 * meanwhile stays with a resource of its own that nothing lists.
 */
export async function saveMove(
  client: PoolClient,
  { resource, to, twin }: Move,
  { startedAt, finishedAt }: Reading,
  between: Bounds,
): Promise<void> {
  if (twin) {
    await client.query(
      `UPDATE resource SET arm_key = arm_key || '#' || short_id, joined_to = $2, joins = NULL, identities = '{}', last_absent = NULL, first_present = NULL,
         last_present = NULL, missing_after = NULL, missing_by = NULL, removed_after = $3, closed_until = $4
       WHERE id = $1`,
      [
        twin.id,
        resource.id,
        iso(twin.open ? startedAt : twin.removedAfter),
        iso(twin.open ? finishedAt : twin.closedUntil),
      ],
    )
  }
  const armKey = resource.resourceId.toLowerCase()
  await client.query(
    `INSERT INTO resource_alias (arm_key, arm_id, resource_id, moved_after, moved_by) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [armKey, resource.resourceId, resource.id, iso(between.earliest), iso(between.latest)],
  )
  await client.query('UPDATE resource SET arm_key = $2, arm_id = $3, kept_id = true WHERE id = $1', [
    resource.id,
    to.resourceId.toLowerCase(),
    to.resourceId,
  ])
  noteShortId(to.resourceId, resource.scope, true)
}
