import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { PoolClient } from 'pg'
import type { Database } from '../database.ts'
import { createComponentLogger } from '../log.ts'
import { type SqlExecutor, getSqlExecutor } from '../queryable.ts'

/**
 * Duration of a lease in seconds if it is not renewed. If its holder freezes or vanishes, no process does the work
 * until this time has passed and another process has tried to get the lease.
 */
const WORK_LEASE_SECONDS = 10

/** Lease in the form in which the work gets it. */
interface WorkLease {
  /** Signal that is aborted if another process has got the lease; the work must then end. */
  readonly signal: AbortSignal
  /** Database whose transactions commit only while the lease is held; otherwise they throw {@link LeaseLostError}. */
  readonly db: Database
}

interface WorkLeaseOptions {
  /** duration in seconds, default {@link WORK_LEASE_SECONDS}; a fraction is allowed */
  seconds?: number
}

/**
 * Error of a transaction of {@link WorkLease.db}. The transaction was rolled back, because another process has the
 * lease.
 */
export class LeaseLostError extends Error {
  constructor(name: string) {
    super(`the lease "${name}" was lost`)
    this.name = 'LeaseLostError'
  }
}

/**
 * Name of this process in the table of leases. It contains random bytes, so that it is unique even if a later process
 * has the same host name and process id.
 */
const HOLDER = `${hostname()}/${process.pid}/${randomBytes(6).toString('hex')}`

interface Held {
  name: string
  /** fencing token: a number that grows with every claim, a 64-bit integer as text */
  epoch: string
  seconds: number
}

/**
 * Runs `work` while this process holds a lease. The lease is renewed during the work and released afterwards. If it is
 * not renewed, it expires by the database clock.
 * @param name unique name of the lease in Peerwatch
 * @returns the result of the work, even if the lease was lost before the work ended. Null in two cases: another process
 *   (or this one) already holds the lease, so the work was not run; or the work failed because the lease was lost
 */
export async function runWithWorkLease<T>(
  db: Database,
  name: string,
  work: (lease: WorkLease) => Promise<T>,
  { seconds = WORK_LEASE_SECONDS }: WorkLeaseOptions = {},
): Promise<T | null> {
  const epoch = await claim(db, name, seconds)
  if (epoch === null) return null
  const held: Held = { name, epoch, seconds }
  const lost = new AbortController()
  const renewal = renewUntilEnd(db, held, lost)
  try {
    return await work({ signal: lost.signal, db: fenced(db, held) })
  } catch (error) {
    if (error instanceof LeaseLostError) return null
    throw error
  } finally {
    renewal.end()
    // a lease that could not be released expires
    await release(db, held).catch((error) => log().debug({ err: error, lease: name }, 'a lease could not be released'))
  }
}

/**
 * Returns the seconds since a lease was last claimed or renewed, by the database clock.
 * @returns null if the lease was never held
 */
export async function readLeaseAgeSeconds(db: Database | SqlExecutor, name: string): Promise<number | null> {
  const { rows } = await getSqlExecutor(db).query<{ age: number }>(
    `SELECT greatest(0, extract(epoch FROM clock_timestamp() - renewed_at))::float8 AS age FROM work_lease WHERE name = $1`,
    [name],
  )
  return rows[0]?.age ?? null
}

const log = () => createComponentLogger('leases')

/**
 * Claims a lease.
 * @returns the epoch; null if another process holds the lease, or if a transaction of its last holder is still running
 */
async function claim(db: Database, name: string, seconds: number): Promise<string | null> {
  const values = [name, HOLDER, seconds]
  const { rows } = await db.pool.query<{ epoch: string }>(
    `WITH free AS (
       SELECT name FROM work_lease WHERE name = $1 AND (holder IS NULL OR expires_at <= clock_timestamp())
       FOR UPDATE SKIP LOCKED)
     UPDATE work_lease AS l
     SET holder = $2, epoch = l.epoch + 1, expires_at = clock_timestamp() + make_interval(secs => $3),
         renewed_at = clock_timestamp()
     FROM free WHERE l.name = free.name RETURNING l.epoch::text AS epoch`,
    values,
  )
  if (rows[0]) return rows[0].epoch
  const { rows: added } = await db.pool.query<{ epoch: string }>(
    `INSERT INTO work_lease (name, holder, epoch, expires_at, renewed_at)
     VALUES ($1, $2, 1, clock_timestamp() + make_interval(secs => $3), clock_timestamp())
     ON CONFLICT (name) DO NOTHING RETURNING epoch::text AS epoch`,
    values,
  )
  return added[0]?.epoch ?? null
}

/**
 * Renews a lease. This also succeeds after the lease has expired, if no other process has claimed it.
 * @returns false if the lease was lost
 */
async function renew(db: Database, { name, epoch, seconds }: Held): Promise<boolean> {
  const { rowCount } = await db.pool.query(
    `UPDATE work_lease SET expires_at = clock_timestamp() + make_interval(secs => $4), renewed_at = clock_timestamp()
     WHERE name = $1 AND holder = $2 AND epoch = $3`,
    [name, HOLDER, epoch, seconds],
  )
  return rowCount === 1
}

async function release(db: Database, { name, epoch }: Held): Promise<void> {
  await db.pool.query('UPDATE work_lease SET holder = NULL WHERE name = $1 AND holder = $2 AND epoch = $3', [
    name,
    HOLDER,
    epoch,
  ])
}

/**
 * Renews a lease each time a third of its duration has passed. A renewal that fails does not end the work, because
 * {@link fence} checks the lease in each transaction.
 */
function renewUntilEnd(db: Database, held: Held, lost: AbortController): { end(): void } {
  let ended = false
  let timer: NodeJS.Timeout
  const next = () => {
    timer = setTimeout(() => void beat(), (held.seconds * 1_000) / 3)
    timer.unref()
  }
  const beat = async () => {
    const isHeld = await renew(db, held).catch((error) => {
      log().debug({ err: error, lease: held.name }, 'a lease could not be renewed')
      return null
    })
    if (ended) return
    if (isHeld === false) lost.abort(new LeaseLostError(held.name))
    else next()
  }
  next()
  return {
    end() {
      ended = true
      clearTimeout(timer)
    },
  }
}

const fenced = (db: Database, held: Held): Database => ({
  pool: db.pool,
  url: db.url,
  transaction: (fn) =>
    db.transaction(async (client) => {
      await fence(client, held)
      return fn(client)
    }),
  close: () => db.close(),
})

/**
 * Locks the row of a lease until the transaction ends, so that no other process can claim the lease meanwhile. The lock
 * excludes other claims, because a claim skips locked rows (FOR UPDATE SKIP LOCKED). Renewals are still possible,
 * because the lock is FOR KEY SHARE and a renewal changes no key column. If the holder freezes inside the transaction,
 * Postgres ends its session after the duration of a lease, which releases the row.
 * @throws LeaseLostError if the lease was lost
 */
async function fence(client: PoolClient, { name, epoch, seconds }: Held): Promise<void> {
  const { rowCount } = await client.query(
    `WITH held AS (SELECT FROM work_lease WHERE name = $1 AND holder = $2 AND epoch = $3 FOR KEY SHARE)
     SELECT set_config('idle_in_transaction_session_timeout',
                       CASE WHEN current_setting('idle_in_transaction_session_timeout')::interval
                                 BETWEEN interval '1 ms' AND make_interval(secs => $4)
                            THEN current_setting('idle_in_transaction_session_timeout')
                            ELSE ceil($4::float8 * 1000)::int::text END, true)
     FROM held`,
    [name, HOLDER, epoch, seconds],
  )
  if (rowCount !== 1) throw new LeaseLostError(name)
}
