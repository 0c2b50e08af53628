import { armTypes } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Session of an instance of a virtual network gateway, current or past. */
export interface GatewayInstanceSession {
  /** short ID of the gateway */
  gateway: string
  /** address of the instance in Azure */
  instance: string
  neighbor: string
  asn: number | null
}

/** Returns the sessions of the instances of virtual network gateways that have one of the given addresses. */
export async function readInstanceSessions(
  db: SqlExecutor,
  addresses: readonly string[],
): Promise<GatewayInstanceSession[]> {
  const { rows } = await db.query<{ gateway: string; instance: string; neighbor: string; asn: string | null }>(
    `SELECT resource.short_id AS gateway, session.local_address AS instance, session.neighbor, session.asn
     FROM session JOIN source ON source.id = session.source_id JOIN resource ON resource.id = source.resource_id
     WHERE resource.type = $2 AND session.kind = 'peers' AND session.local_address = ANY ($1)`,
    [addresses, armTypes.virtualNetworkGateway],
  )
  return rows.map(({ asn, ...row }) => ({ ...row, asn: asn === null ? null : Number(asn) }))
}
