import { armTypes } from '#lib/contract/index.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'

/**
 * A resource with the fields from which its owner (customer) is derived. For a virtual network gateway the
 * configuration includes its network.
 */
export interface ResourceWithOwnershipFields {
  /** row ID of the resource */
  row: number
  shortId: string
  armKey: string
  type: string
  name: string
  subscriptionId: string
  config: Record<string, unknown> | null
}

/** Resource types whose owner depends on their configuration. */
const OWNED_BY_CONFIG = [armTypes.connection, armTypes.hubNetworkConnection, armTypes.hubBgpConnection]

/**
 * Returns every resource that was ever known, including removed ones, because the history of a removed resource has an
 * owner too.
 */
export async function readOwnedResources(db: SqlExecutor): Promise<ResourceWithOwnershipFields[]> {
  return queryRowsInCamelCase(
    db,
    `SELECT id AS row, short_id, arm_key, type, name, subscription_id,
            CASE WHEN type = ANY ($1) THEN config
                 WHEN type = $2 THEN jsonb_build_object('tags', config -> 'tags',
                   'properties', jsonb_build_object('ipConfigurations', config #> '{properties,ipConfigurations}'))
                 WHEN config ? 'tags' THEN jsonb_build_object('tags', config -> 'tags') END AS config
     FROM resource`,
    [OWNED_BY_CONFIG, armTypes.virtualNetworkGateway],
  )
}

/** A source of a resource; both are identified by row IDs. */
export interface SourceWithOwnershipFields {
  sourceId: number
  resource: number
  subresource: string
}

export async function readOwnedSources(db: SqlExecutor): Promise<SourceWithOwnershipFields[]> {
  const { rows } = await db.query<SourceWithOwnershipFields>(
    'SELECT id AS "sourceId", resource_id AS resource, subresource FROM source',
  )
  return rows
}

/**
 * Returns every configuration that the given resources ever had, even if a resource was removed. Resources are
 * identified by row IDs.
 */
export async function readAllConfigurations(
  db: SqlExecutor,
  resources: readonly number[],
): Promise<{ resource: number; config: unknown }[]> {
  const { rows } = await db.query<{ resource: number; config: unknown }>(
    `SELECT id AS resource, config FROM resource WHERE id = ANY ($1) AND config IS NOT NULL
     UNION ALL SELECT resource_id, config FROM resource_history WHERE resource_id = ANY ($1)`,
    [resources],
  )
  return rows
}

/** Returns the sessions of the given gateways, which are identified by row IDs. */
export async function readGatewaySessions(
  db: SqlExecutor,
  resources: readonly number[],
): Promise<{ sessionId: number; resource: number; neighbor: string; asn: number | null }[]> {
  const { rows } = await db.query<{ sessionId: number; resource: number; neighbor: string; asn: number | null }>(
    `SELECT se.id AS "sessionId", s.resource_id AS resource, se.neighbor, se.asn::float8 AS asn
     FROM session se JOIN source s ON s.id = se.source_id WHERE se.kind = 'peers' AND s.resource_id = ANY ($1)`,
    [resources],
  )
  return rows
}
