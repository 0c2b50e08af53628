import type { PoolClient } from 'pg'
import type { BilledRow, EpochMs, Outcome } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'

/** Days of a subscription's bill, as they were read. */
export interface ReadBill {
  subscriptionId: string
  /** midnight UTC */
  from: EpochMs
  /** midnight UTC, not included */
  to: EpochMs
  readAt: EpochMs
  rows: readonly BilledRow[]
}

/** Keeps what was read of a bill in the place of what these days held before, in the caller's transaction. */
export async function keepBill(
  client: PoolClient,
  { subscriptionId, from, to, readAt, rows }: ReadBill,
): Promise<void> {
  const key = subscriptionId.toLowerCase()
  await client.query('DELETE FROM cost_billed WHERE subscription_id = $1 AND day >= $2::date AND day < $3::date', [
    key,
    dayOf(from),
    dayOf(to),
  ])
  // the same resource in two spellings is one
  await client.query(
    `INSERT INTO cost_billed (subscription_id, day, resource_key, meter, currency, quantity, cost, pre_tax_cost)
     SELECT $1, day, lower("resourceId"), meter, currency, sum(quantity), sum(cost), sum("preTaxCost")
     FROM jsonb_to_recordset($2) AS n (day date, "resourceId" text, meter text, currency text, quantity numeric, cost numeric,
                                       "preTaxCost" numeric)
     GROUP BY day, lower("resourceId"), meter, currency`,
    [key, JSON.stringify(rows)],
  )
  await noteBillRead(client, { subscriptionId, at: readAt, outcome: 'ok', error: null, retryAfterSeconds: null })
}

export interface BillRead {
  subscriptionId: string
  at: EpochMs
  outcome: Outcome
  error: string | null
  retryAfterSeconds: number | null
  /** null = none went well yet */
  goodAt: EpochMs | null
}

/** Notes how an attempt went; what was kept of the bill stays. */
export async function noteBillRead(
  db: Queryable,
  { subscriptionId, at, outcome, error, retryAfterSeconds }: Omit<BillRead, 'goodAt'>,
): Promise<void> {
  await db.query(
    `INSERT INTO cost_bill_read AS r (subscription_id, at, outcome, error, retry_after_s, good_at)
     VALUES ($1, $2, $3, $4, $5, CASE WHEN $3 = 'ok' THEN $2::timestamptz END)
     ON CONFLICT (subscription_id) DO UPDATE
     SET at = excluded.at, outcome = excluded.outcome, error = excluded.error, retry_after_s = excluded.retry_after_s,
         good_at = coalesce(excluded.good_at, r.good_at)`,
    [subscriptionId.toLowerCase(), iso(at), outcome, error, retryAfterSeconds],
  )
}

/** How reading each subscription's bill goes. */
export async function billReads(db: Queryable): Promise<BillRead[]> {
  const { rows } = await db.query<{
    subscription_id: string
    at: Date
    outcome: Outcome
    error: string | null
    retry_after_s: number | null
    good_at: Date | null
  }>('SELECT * FROM cost_bill_read ORDER BY subscription_id')
  return rows.map(({ subscription_id, at, outcome, error, retry_after_s, good_at }) => ({
    subscriptionId: subscription_id,
    at: ms(at),
    outcome,
    error,
    retryAfterSeconds: retry_after_s,
    goodAt: good_at && ms(good_at),
  }))
}

/** What a resource was billed for on one day; amounts as decimal text. */
export interface StoredBilledRow {
  subscriptionId: string
  day: EpochMs
  /** ARM id in lower case; empty for what belongs to no resource */
  resourceKey: string
  meter: string
  currency: string
  quantity: string
  cost: string
  preTaxCost: string | null
}

/** The bill of some days. */
export async function billedRows(
  db: Queryable,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<StoredBilledRow[]> {
  const { rows } = await db.query<{
    subscription_id: string
    day: string
    resource_key: string
    meter: string
    currency: string
    quantity: string
    cost: string
    pre_tax_cost: string | null
  }>(
    `SELECT subscription_id, day::text, resource_key, meter, currency, quantity::text, cost::text, pre_tax_cost::text
     FROM cost_billed WHERE day >= $1::date AND day < $2::date ORDER BY resource_key, meter, day`,
    [dayOf(from), dayOf(to)],
  )
  return rows.map(({ subscription_id, day, resource_key, pre_tax_cost, ...row }) => ({
    ...row,
    subscriptionId: subscription_id,
    day: Date.parse(`${day}T00:00:00Z`),
    resourceKey: resource_key,
    preTaxCost: pre_tax_cost,
  }))
}

/** The newest day of any bill; null before there is one. */
export async function newestBilledDay(db: Queryable): Promise<EpochMs | null> {
  const { rows } = await db.query<{ day: string | null }>('SELECT max(day)::text AS day FROM cost_billed')
  const day = rows[0]?.day
  return day ? Date.parse(`${day}T00:00:00Z`) : null
}

/** Which reading of a GB a bill shows. */
export interface StoredCalibration {
  at: EpochMs
  gbBytes: number
  measuredBytes: bigint
  billedGb: string
}

/** Keeps which reading of the GB a bill shows; of one moment the first counts. */
export async function keepCalibration(
  db: Queryable,
  { at, gbBytes, measuredBytes, billedGb }: StoredCalibration,
): Promise<void> {
  await db.query(
    `INSERT INTO cost_calibration (at, gb_bytes, measured_bytes, billed_gb) VALUES ($1, $2, $3, $4)
     ON CONFLICT (at) DO NOTHING`,
    [iso(at), gbBytes, String(measuredBytes), billedGb],
  )
}

/** The last one; null while no bill shows one. */
export async function lastCalibration(db: Queryable): Promise<StoredCalibration | null> {
  const { rows } = await db.query<{ at: Date; gb_bytes: string; measured_bytes: string; billed_gb: string }>(
    `SELECT at, gb_bytes::text, measured_bytes::text, billed_gb::text FROM cost_calibration ORDER BY at DESC LIMIT 1`,
  )
  const [row] = rows
  return row
    ? {
        at: ms(row.at),
        gbBytes: Number(row.gb_bytes),
        measuredBytes: BigInt(row.measured_bytes),
        billedGb: row.billed_gb,
      }
    : null
}

const dayOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 10)
