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
  await queryable(db).query({
    name: 'store_operations',
    // locked in the order in which polls that end together free theirs
    text: `WITH own AS (
       SELECT r.resource, o.operation, o.age_ms
       FROM unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::jsonb[], $6::double precision[])
         AS o (resource, source_id, kind, epoch, operation, age_ms)
       JOIN resource_lease r ON r.resource = o.resource AND r.source_id = o.source_id AND r.kind = o.kind AND r.epoch = o.epoch
       WHERE r.lease_until IS NOT NULL ORDER BY r.resource FOR NO KEY UPDATE OF r)
     UPDATE resource_lease r
     SET operation = o.operation, started_at = clock_timestamp() - make_interval(secs => o.age_ms / 1000)
     FROM own o WHERE r.resource = o.resource`,
    values: [
      operations.map(({ lease }) => lease.resource),
      operations.map(({ lease }) => lease.sourceId),
      operations.map(({ lease }) => lease.kind),
      operations.map(({ lease }) => lease.epoch),
      operations.map(({ operation }) => JSON.stringify(operation)),
      operations.map(({ ageMs }) => ageMs),
    ],
  })
}
