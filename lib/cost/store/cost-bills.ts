import type { PoolClient } from 'pg'
import type { BilledMeterCost, EpochMs, PollOutcome } from '#lib/contract/index.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '#lib/history/statements.ts'

/** The rows of a subscription's bill for a number of days, as read from Azure. */
interface ReadBill {
  subscriptionId: string
  /** first day, midnight UTC */
  from: EpochMs
  /** end of the days, midnight UTC, exclusive */
  to: EpochMs
  readAt: EpochMs
  rows: readonly BilledMeterCost[]
  /** Text about rows that could not be read; null = all rows were read. */
  unread: string | null
}

/**
 * Stores the bill of a subscription for a number of days and removes the rows that were stored for these days. Runs in
 * the caller's transaction.
 */
export async function saveBill(
  client: PoolClient,
  { subscriptionId, from, to, readAt, rows, unread }: ReadBill,
): Promise<void> {
  const key = subscriptionId.toLowerCase()
  await runWithPrisma(client, (tables) =>
    tables.costBilled.deleteMany({ where: { subscriptionId: key, day: { gte: new Date(from), lt: new Date(to) } } }),
  )
  // Rows whose resource ids differ only in capitalization are merged. The insert is written in SQL, because Prisma's
  // createMany would take 2 s of CPU time and 360 MB for tens of thousands of rows.
  await client.query(
    `INSERT INTO cost_billed (subscription_id, day, resource_key, meter, currency, quantity, cost)
     SELECT $1, day, lower("resourceId"), meter, currency, sum(quantity), sum(cost)
     FROM jsonb_to_recordset($2) AS n (day date, "resourceId" text, meter text, currency text, quantity numeric, cost numeric)
     GROUP BY day, lower("resourceId"), meter, currency`,
    [key, JSON.stringify(rows)],
  )
  const noted = { at: new Date(readAt), outcome: unread === null ? 'ok' : 'incomplete', error: null, retryAfterS: null }
  const good = { ...noted, goodAt: noted.at, unread }
  await runWithPrisma(client, (tables) =>
    tables.costBillRead.upsert({
      where: { subscriptionId: key },
      create: { subscriptionId: key, ...good },
      update: good,
    }),
  )
}

export interface BillReadAttempt {
  subscriptionId: string
  at: EpochMs
  outcome: PollOutcome
  error: string | null
  retryAfterSeconds: number | null
  /** time of the last successful read; null = there was none */
  goodAt: EpochMs | null
  /** Text about rows of the stored bill that could not be read; null = all rows were read. */
  unread: string | null
}

/** Records a failed attempt to read a bill. The stored rows of the bill remain. */
export async function recordBillReadAttempt(
  db: SqlExecutor,
  { subscriptionId, at, outcome, error, retryAfterSeconds }: Omit<BillReadAttempt, 'goodAt' | 'unread'>,
): Promise<void> {
  const key = subscriptionId.toLowerCase()
  const noted = { at: new Date(at), outcome, error, retryAfterS: retryAfterSeconds }
  await runWithPrisma(db, (tables) =>
    tables.costBillRead.upsert({
      where: { subscriptionId: key },
      create: { subscriptionId: key, ...noted },
      update: noted,
    }),
  )
}

/** Returns for each subscription when its bill was read and with which outcome. */
export async function readBillReadAttempts(db: SqlExecutor): Promise<BillReadAttempt[]> {
  const rows = await runWithPrisma(db, (tables) => tables.costBillRead.findMany({ orderBy: { subscriptionId: 'asc' } }))
  return rows.map(({ retryAfterS, ...row }) => ({
    ...row,
    at: toEpochMs(row.at),
    outcome: row.outcome as PollOutcome,
    retryAfterSeconds: retryAfterS,
    goodAt: toEpochMs(row.goodAt),
  }))
}

/** A billed row of a resource for one day and meter. Amounts are decimal numbers as text. */
export interface StoredBilledRow extends Pick<BilledMeterCost, 'meter' | 'currency' | 'quantity' | 'cost'> {
  subscriptionId: string
  day: EpochMs
  /** ARM id of the resource in lower case; empty for charges that belong to no resource. */
  resourceKey: string
}

/** Returns the billed rows of the days in [from, to). */
export async function readBilledRows(
  db: SqlExecutor,
  { from, to }: { from: EpochMs; to: EpochMs },
): Promise<StoredBilledRow[]> {
  const rows = await runWithPrisma(db, (tables) =>
    tables.costBilled.findMany({
      where: { day: { gte: new Date(from), lt: new Date(to) } },
      orderBy: [{ resourceKey: 'asc' }, { meter: 'asc' }, { day: 'asc' }],
    }),
  )
  return rows.map(({ preTaxCost: _, ...row }) => ({
    ...row,
    day: toEpochMs(row.day),
    quantity: row.quantity.toFixed(),
    cost: row.cost.toFixed(),
  }))
}

/** Returns the newest day for which any bill has a row; null if no bill is stored. */
export async function readNewestBilledDay(db: SqlExecutor): Promise<EpochMs | null> {
  const newest = await runWithPrisma(db, (tables) => tables.costBilled.aggregate({ _max: { day: true } }))
  return toEpochMs(newest._max.day)
}

/** The size of a GB that was inferred from bills, with the numbers that prove it. */
interface StoredCalibration {
  at: EpochMs
  gbBytes: number
  measuredBytes: bigint
  billedGb: string
}

/**
 * Stores the size of a GB (10^9 or 2^30 bytes) that was inferred from bills. If a row with the same time is already
 * stored, that row remains unchanged.
 */
export async function saveGbSize(db: SqlExecutor, { at, ...calibration }: StoredCalibration): Promise<void> {
  const data = { ...calibration, at: new Date(at), measuredBytes: String(calibration.measuredBytes) }
  await runWithPrisma(db, (tables) => tables.costCalibration.createMany({ data, skipDuplicates: true }))
}

type Sums = Pick<StoredCalibration, 'measuredBytes' | 'billedGb'>

/**
 * Returns the size of a GB that was last inferred from bills; null if none was inferred yet. The field `sums` is null
 * for a caller with limited access, because the sums cover all resources.
 */
export async function readLastGbSize(
  db: SqlExecutor,
): Promise<(Omit<StoredCalibration, keyof Sums> & { sums: Sums | null }) | null> {
  const { rows } = await db.query<{ at: Date; gb: string; measured: string | null; billed: string | null }>(
    `SELECT at, gb_bytes::text AS gb, measured_bytes::text AS measured, billed_gb::text AS billed
     FROM cost_calibration ORDER BY at DESC LIMIT 1`,
  )
  const [row] = rows
  if (!row) return null
  const { at, gb, measured, billed } = row
  const sums = measured === null || billed === null ? null : { measuredBytes: BigInt(measured), billedGb: billed }
  return { at: at.getTime(), gbBytes: Number(gb), sums }
}
