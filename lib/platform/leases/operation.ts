import type { Database } from '../database.ts'
import { type Queryable, queryable } from '../queryable.ts'
import type { LeaseKey } from './types.ts'

/** An operation that a poll waits for. */
export type StoredOperation = {
  lease: LeaseKey
  /** plain JSON, given back by the claim of whoever goes on with it */
  operation: object
  /** since it began, milliseconds */
  ageMs: number
}

/** Stores operations with the leases of their resources. What is no longer held is left out: its successor has its own. */
export async function storeOperations(db: Database | Queryable, operations: readonly StoredOperation[]): Promise<void> {
  await queryable(db).query(
    `UPDATE resource_lease r
     SET operation = o.operation, started_at = clock_timestamp() - make_interval(secs => o.age_ms / 1000)
     FROM unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::jsonb[], $6::double precision[])
       AS o (resource, source_id, kind, epoch, operation, age_ms)
     WHERE r.resource = o.resource AND r.source_id = o.source_id AND r.kind = o.kind AND r.epoch = o.epoch
       AND r.lease_until IS NOT NULL`,
    [
      operations.map(({ lease }) => lease.resource),
      operations.map(({ lease }) => lease.sourceId),
      operations.map(({ lease }) => lease.kind),
      operations.map(({ lease }) => lease.epoch),
      operations.map(({ operation }) => JSON.stringify(operation)),
      operations.map(({ ageMs }) => ageMs),
    ],
  )
}
