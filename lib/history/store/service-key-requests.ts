import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'

/** That somebody wanted a circuit's service key. */
export interface StoredServiceKeyRequest {
  /** grows from request to request */
  id: string
  at: EpochMs
  by: string
  why: string
  /** short id */
  circuitId: string
  circuitName: string
  armId: string
}

interface Row {
  id: string
  at: Date
  by: string
  why: string
  circuit_id: string
  circuit_name: string
  arm_id: string
}

const requestOf = ({ at, circuit_id, circuit_name, arm_id, ...row }: Row): StoredServiceKeyRequest => ({
  ...row,
  at: ms(at),
  circuitId: circuit_id,
  circuitName: circuit_name,
  armId: arm_id,
})

/** Adds to the audit. */
export async function recordServiceKeyRequest(
  db: Queryable,
  { at, by, why, circuitId, circuitName, armId }: Omit<StoredServiceKeyRequest, 'id'>,
): Promise<StoredServiceKeyRequest> {
  const { rows } = await db.query<Row>(
    `INSERT INTO service_key_request (at, by, why, circuit_id, circuit_name, arm_id)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING *`,
    [iso(at), by, why, circuitId, circuitName, armId],
  )
  const [row] = rows
  if (!row) throw new Error('a request was not recorded')
  return requestOf(row)
}

/**
 * The audit, newest first.
 * @param before id of a request: only what was recorded before it; null = from the newest on
 */
export async function serviceKeyRequests(
  db: Queryable,
  { limit, before }: { limit: number; before: string | null },
): Promise<StoredServiceKeyRequest[]> {
  const { rows } = await db.query<Row>(
    `SELECT * FROM service_key_request
     WHERE $2::bigint IS NULL OR id < $2
     ORDER BY id DESC LIMIT $1`,
    [limit, before],
  )
  return rows.map(requestOf)
}
