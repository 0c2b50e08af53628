import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'

/** A price list as it was read; what a price is, is not known here. */
export interface ReadPrices {
  currency: string
  /** newest effective date among the prices */
  effectiveAt: EpochMs
  readAt: EpochMs
  /** plain JSON */
  meters: readonly unknown[]
}

export interface StoredPriceSheet extends Omit<ReadPrices, 'readAt'> {
  version: number
  firstReadAt: EpochMs
  /** when a list that says the same was last read */
  lastReadAt: EpochMs
}

export interface PriceFault {
  check: string
  detail: string
}

/** An attempt to read prices. */
export interface PriceCheck {
  at: EpochMs
  outcome: 'taken' | 'same' | 'refused' | 'unreachable'
  faults: PriceFault[]
}

interface Row {
  version: number
  currency: string
  effective_at: Date
  first_read_at: Date
  last_read_at: Date
  meters: unknown[]
}

/** The newest price list; null before one was ever taken. */
export async function latestPriceSheet(db: Queryable): Promise<StoredPriceSheet | null> {
  const { rows } = await db.query<Row>(
    `SELECT version, currency, effective_at, first_read_at, last_read_at, meters FROM price_sheet ORDER BY version DESC LIMIT 1`,
  )
  const [row] = rows
  return row
    ? {
        version: row.version,
        currency: row.currency,
        effectiveAt: ms(row.effective_at),
        firstReadAt: ms(row.first_read_at),
        lastReadAt: ms(row.last_read_at),
        meters: row.meters,
      }
    : null
}

/** What names the newest price list, without its meters; null before one was ever taken. */
export async function newestPriceSheet(
  db: Queryable,
): Promise<(Pick<StoredPriceSheet, 'version' | 'currency' | 'lastReadAt'> & { fingerprint: string }) | null> {
  const { rows } = await db.query<Pick<Row, 'version' | 'currency' | 'last_read_at'> & { fingerprint: string }>(
    'SELECT version, currency, last_read_at, fingerprint FROM price_sheet ORDER BY version DESC LIMIT 1',
  )
  const [row] = rows
  return row
    ? { version: row.version, currency: row.currency, lastReadAt: ms(row.last_read_at), fingerprint: row.fingerprint }
    : null
}

/** The meters of a version, which never change. */
export async function priceMeters(db: Queryable, version: number): Promise<unknown[]> {
  const { rows } = await db.query<Pick<Row, 'meters'>>('SELECT meters FROM price_sheet WHERE version = $1', [version])
  return rows[0]?.meters ?? []
}

/** One writer at a time, so that versions have no gap. */
const LOCK = 'peerwatch_price_sheet'

/**
 * Keeps a price list that passed its checks, in the caller's transaction: as a new version, or, where it says what the newest one
 * says, as read again.
 */
export async function keepPriceSheet(client: PoolClient, read: ReadPrices): Promise<'taken' | 'same'> {
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [LOCK])
  const { currency, effectiveAt, readAt } = read
  const meters = JSON.stringify(read.meters)
  const fingerprint = createHash('sha256').update(`${currency}\n${meters}`).digest('hex')
  const newest = await newestPriceSheet(client)
  const isSame = newest?.fingerprint === fingerprint
  const version = (newest?.version ?? 0) + (isSame ? 0 : 1)
  if (isSame) {
    await client.query('UPDATE price_sheet SET last_read_at = greatest(last_read_at, $2) WHERE version = $1', [
      version,
      iso(readAt),
    ])
  } else {
    await client.query(
      `INSERT INTO price_sheet (version, currency, effective_at, first_read_at, last_read_at, fingerprint, meters)
       VALUES ($1, $2, $3, $4, $4, $5, $6)`,
      [version, currency, iso(effectiveAt), iso(readAt), fingerprint, meters],
    )
  }
  const outcome = isSame ? 'same' : 'taken'
  await client.query('INSERT INTO price_check (at, outcome, version) VALUES ($1, $2, $3)', [
    iso(readAt),
    outcome,
    version,
  ])
  return outcome
}

/** Notes an attempt that brought no price list. The last good one stays. */
export async function notePriceFailure(db: Queryable, { at, outcome, faults }: PriceCheck): Promise<void> {
  await db.query('INSERT INTO price_check (at, outcome, faults) VALUES ($1, $2, $3)', [
    iso(at),
    outcome,
    JSON.stringify(faults),
  ])
}

/** The last attempt to read prices; null before the first. */
export async function lastPriceCheck(db: Queryable): Promise<PriceCheck | null> {
  const { rows } = await db.query<{ at: Date; outcome: PriceCheck['outcome']; faults: PriceFault[] }>(
    'SELECT at, outcome, faults FROM price_check ORDER BY at DESC, id DESC LIMIT 1',
  )
  const [row] = rows
  return row ? { at: ms(row.at), outcome: row.outcome, faults: row.faults } : null
}

export interface PriceVersion {
  version: number
  currency: string
  effectiveAt: EpochMs
  firstReadAt: EpochMs
  lastReadAt: EpochMs
  meters: number
}

/** Which price lists were in force when, newest first. */
export async function priceVersions(db: Queryable, limit: number): Promise<PriceVersion[]> {
  const { rows } = await db.query<Omit<Row, 'meters'> & { meters: number }>(
    `SELECT version, currency, effective_at, first_read_at, last_read_at, jsonb_array_length(meters) AS meters
     FROM price_sheet ORDER BY version DESC LIMIT $1`,
    [limit],
  )
  return rows.map(({ version, currency, effective_at, first_read_at, last_read_at, meters }) => ({
    version,
    currency,
    effectiveAt: ms(effective_at),
    firstReadAt: ms(first_read_at),
    lastReadAt: ms(last_read_at),
    meters,
  }))
}
