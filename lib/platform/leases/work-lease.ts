import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import type { PoolClient } from 'pg'
import type { Database } from '../database.ts'
import { componentLogger } from '../log.ts'
import { type Queryable, queryable } from '../queryable.ts'

/**
 * How long a lease lasts without renewal, in seconds: a frozen or vanished holder delays its work by this much, and by what its
 * successors wait between two attempts.
 */
const WORK_LEASE_SECONDS = 10

/** What work does under a lease. */
interface WorkLease {
  /** Aborted when the lease went to another process: end the work. */
  readonly signal: AbortSignal
  /** The database whose transactions commit only while the lease is held: otherwise they throw {@link LeaseLostError}. */
  readonly db: Database
}

interface WorkLeaseOptions {
  /** default {@link WORK_LEASE_SECONDS}; a fraction is allowed */
  seconds?: number
}

/** Thrown by a transaction of {@link WorkLease.db}, which is rolled back: another process does the work by now. */
export class LeaseLostError extends Error {
  constructor(name: string) {
    super(`the lease "${name}" was lost`)
    this.name = 'LeaseLostError'
  }
}

/** The process, for readers of the table; random, so that no other process can match its epoch. */
const HOLDER = `${hostname()}/${process.pid}/${randomBytes(6).toString('hex')}`

interface Held {
  name: string
  /** fencing token: grows with every claim; a 64-bit integer, kept as text */
  epoch: string
  seconds: number
}

/**
 * Runs `work` under a lease, unless it runs already, in this process or in another one on the same database. The lease is
 * renewed while the work runs, ends by the database's clock when nobody renews it, and is released with the work.
 * @param name unique for the whole product
 * @returns null if the work runs elsewhere, or if the lease was lost meanwhile
 */
export async function withLease<T>(
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
    // if that fails it runs out by itself
    await release(db, held).catch((error) => log().debug({ err: error, lease: name }, 'a lease could not be released'))
  }
}

/**
 * Seconds since a lease was claimed or renewed last, by the database's clock.
 * @returns null if nobody ever held it
 */
export async function leaseAge(db: Database | Queryable, name: string): Promise<number | null> {
  const { rows } = await queryable(db).query<{ age: number }>(
    `SELECT greatest(0, extract(epoch FROM clock_timestamp() - renewed_at))::float8 AS age FROM work_lease WHERE name = $1`,
    [name],
  )
  return rows[0]?.age ?? null
}

const log = () => componentLogger('leases')

/** @returns the epoch; null if another holds the lease, or a transaction of its last holder is in progress */
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

/** An expired lease that nobody took is renewed as well. @returns false if it was lost */
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

/** Renews a lease every third of its length. A database that does not answer ends nothing: the fence decides. */
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
 * Holds the lease for the transaction: a successor claims with FOR UPDATE, which waits for no KEY SHARE and skips it, while
 * renewals, which change no key, go on beside it. A holder that freezes inside the transaction loses its session after the
 * length of a lease, and with it the row.
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
