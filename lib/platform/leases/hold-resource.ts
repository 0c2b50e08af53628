import type { Database } from '../database.ts'

const SECONDS = 30
/** Age above which the stored operation of a poll is ignored. It then no longer blocks other work on the resource. */
const OPERATION_KEPT = '10 minutes'

/**
 * Runs work on a resource on which Azure runs only one operation at a time. No poll of the resource runs meanwhile. The
 * lease of the resource is renewed until the work ends. The operation of the work is not stored, so no other worker
 * resumes it.
 * @param work its signal is aborted if the lease is lost
 * @returns null = the work was not run, because a poll or other work holds the resource, or because a stored operation
 *   can be resumed; the caller should try again soon
 */
export async function runHoldingResource<T>(
  db: Database,
  resource: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | null> {
  const { rows } = await db.pool.query<{ epoch: string }>(
    `INSERT INTO resource_lease AS r (resource, kind, epoch, lease_until)
     VALUES ($1, 'report', (extract(epoch FROM clock_timestamp()) * 1e6)::bigint, clock_timestamp() + make_interval(secs => $2))
     ON CONFLICT (resource) DO UPDATE
     SET source_id = NULL, kind = excluded.kind, epoch = excluded.epoch, lease_until = excluded.lease_until, operation = NULL, started_at = NULL
     WHERE (r.lease_until IS NULL OR r.lease_until < clock_timestamp())
       AND (r.operation IS NULL OR r.started_at < clock_timestamp() - $3::interval)
     RETURNING epoch::text AS epoch`,
    [resource.toLowerCase(), SECONDS, OPERATION_KEPT],
  )
  const [held] = rows
  if (!held) return null
  const own = `resource = $1 AND kind = 'report' AND epoch = $2`
  const values = [resource.toLowerCase(), held.epoch]
  const lost = new AbortController()
  const renew = async () => {
    const { rowCount } = await db.pool.query(
      `UPDATE resource_lease SET lease_until = clock_timestamp() + make_interval(secs => $3) WHERE ${own}`,
      [...values, SECONDS],
    )
    if (rowCount === 0) lost.abort(new Error('the lease of the resource was lost'))
  }
  // a renewal that fails is ignored, because the next one follows before the lease ends
  const timer = setInterval(() => void renew().catch(() => {}), (SECONDS * 1_000) / 3)
  try {
    return await work(lost.signal)
  } finally {
    clearInterval(timer)
    await db.pool.query(`UPDATE resource_lease SET lease_until = NULL WHERE ${own}`, values).catch(() => {})
  }
}
