import type { Database } from '../database.ts'
import { type SqlExecutor, getSqlExecutor } from '../queryable.ts'
import type { LeaseKey } from './types.ts'

/** Asynchronous operation of Azure for which a poll waits. */
export type StoredOperation = {
  lease: LeaseKey
  /** plain JSON that describes the operation. A worker that resumes the poll receives it together with the lease */
  operation: object
  /** milliseconds since the operation started */
  ageMs: number
}

/**
 * Stores running operations of Azure in the rows of the resource leases under which they run, so that another worker
 * can resume them. An operation whose lease was lost is not stored, because the next holder of the lease stores its own
 * operation.
 */
export async function saveRunningAzureOperations(
  db: Database | SqlExecutor,
  operations: readonly StoredOperation[],
): Promise<void> {
  await getSqlExecutor(db).query({
    name: 'store_operations',
    // rows are locked in the same order in which other transactions release resources, so that no deadlock can occur
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
