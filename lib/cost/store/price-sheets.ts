import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'
import type { EpochMs } from '#lib/contract/index.ts'
import type { CostEndpointResponse } from '../api/index.ts'
import type { UnusedPriceRows } from '../rules/index.ts'
import { toJsonColumn } from '#lib/platform/prisma/json.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import { type SqlExecutor, queryRowsInCamelCase } from '#lib/platform/queryable.ts'
import { toEpochMs } from '#lib/history/statements.ts'

type CostPrices = CostEndpointResponse<'costPrices'>['data']
type PriceFault = PriceCheck['faults'][number]

/** A price list as it was read. This module stores and returns the prices without interpreting them. */
interface ReadPrices {
  currency: string
  /** latest start date among the prices of the list */
  effectiveAt: EpochMs
  readAt: EpochMs
  /** Meters of the list, as plain JSON. */
  meters: readonly unknown[]
  /** Examples of rows that could not be used; absent = all rows could be used. */
  leftOut?: PriceFault[]
  /** Number of rows that could not be used; absent = they were not counted. */
  oddRows?: number
  /** Rows that cost calculations do not use; absent = they were not counted. */
  unused?: UnusedPriceRows
}

interface StoredPriceSheet extends Omit<ReadPrices, 'readAt' | 'leftOut' | 'oddRows' | 'unused'> {
  version: number
  firstReadAt: EpochMs
  /** Time at which a list with the same content was last read. */
  lastReadAt: EpochMs
}

/** Result of an attempt to read prices. */
export type PriceCheck = NonNullable<CostPrices['lastCheck']>

/** Returns the newest price list with its meters; null if no list is stored. */
export async function readPriceSheetWithMeters(db: SqlExecutor): Promise<StoredPriceSheet | null> {
  const row = await runWithPrisma(db, (tables) =>
    tables.priceSheet.findFirst({ orderBy: { version: 'desc' }, omit: { fingerprint: true } }),
  )
  return (
    row && {
      ...row,
      effectiveAt: toEpochMs(row.effectiveAt),
      firstReadAt: toEpochMs(row.firstReadAt),
      lastReadAt: toEpochMs(row.lastReadAt),
      meters: row.meters as unknown[],
    }
  )
}

/** Returns the newest price list without its meters, which is faster; null if no list is stored. */
export async function readPriceSheetWithoutMeters(
  db: SqlExecutor,
): Promise<(Pick<StoredPriceSheet, 'version' | 'currency' | 'lastReadAt'> & { fingerprint: string }) | null> {
  const row = await runWithPrisma(db, (tables) =>
    tables.priceSheet.findFirst({
      orderBy: { version: 'desc' },
      select: { version: true, currency: true, lastReadAt: true, fingerprint: true },
    }),
  )
  return row && { ...row, lastReadAt: toEpochMs(row.lastReadAt) }
}

/** Returns the meters of a version of the price list. The meters of a version never change. */
export async function readPriceMeters(db: SqlExecutor, version: number): Promise<unknown[]> {
  const row = await runWithPrisma(db, (tables) =>
    tables.priceSheet.findUnique({ where: { version }, select: { meters: true } }),
  )
  return (row?.meters as unknown[] | undefined) ?? []
}

/**
 * Name of the advisory lock. Only one process at a time can store a price list, so that version numbers have no gaps.
 */
const LOCK = 'peerwatch_price_sheet'

/**
 * Stores a price list that passed its checks, in the caller's transaction. If the list differs from the newest version,
 * it becomes a new version. Otherwise only the time of the newest version's last read is updated.
 */
export async function savePriceSheet(client: PoolClient, read: ReadPrices): Promise<'taken' | 'same'> {
  await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [LOCK])
  const { currency, meters, leftOut = [], oddRows, unused } = read
  const readAt = new Date(read.readAt)
  const fingerprint = createHash('sha256')
    .update(`${currency}\n${JSON.stringify(meters)}`)
    .digest('hex')
  const newest = await readPriceSheetWithoutMeters(client)
  const isSame = newest?.fingerprint === fingerprint
  const version = (newest?.version ?? 0) + (isSame ? 0 : 1)
  const outcome = isSame ? 'same' : 'taken'
  await runWithPrisma(client, async ({ priceSheet, priceCheck }) => {
    if (isSame) {
      const where = { version, lastReadAt: { lt: readAt } }
      await priceSheet.updateMany({ where, data: { lastReadAt: readAt } })
    } else {
      const dates = { firstReadAt: readAt, lastReadAt: readAt, effectiveAt: new Date(read.effectiveAt) }
      await priceSheet.create({
        data: { version, currency, fingerprint, meters: toJsonColumn(meters), ...dates },
        select: { version: true },
      })
    }
    const counts = { oddRows: oddRows ?? null, ...(unused && { unused: toJsonColumn(unused) }) }
    await priceCheck.create({ data: { at: readAt, outcome, version, faults: toJsonColumn(leftOut), ...counts } })
  })
  return outcome
}

/** Records that prices could not be read, or that the list failed a check. The last valid list remains in use. */
export async function recordPriceFailure(
  db: SqlExecutor,
  { at, outcome, faults }: Omit<PriceCheck, 'oddRows' | 'unused'>,
): Promise<void> {
  const data = { at: new Date(at), outcome, faults: toJsonColumn(faults) }
  await runWithPrisma(db, (tables) => tables.priceCheck.create({ data }))
}

/** Returns the last attempt to read prices; null before the first attempt. */
export async function readLastPriceCheck(db: SqlExecutor): Promise<PriceCheck | null> {
  const row = await runWithPrisma(db, (tables) =>
    tables.priceCheck.findFirst({ orderBy: [{ at: 'desc' }, { id: 'desc' }] }),
  )
  return (
    row && {
      at: toEpochMs(row.at),
      outcome: row.outcome as PriceCheck['outcome'],
      faults: row.faults as unknown as PriceFault[],
      oddRows: row.oddRows,
      unused: row.unused as UnusedPriceRows | null,
    }
  )
}

/**
 * Returns the versions of the price list with the times in which they were read, newest first. The query is SQL,
 * because Prisma cannot compute the length of a JSON array.
 */
export async function readPriceVersions(db: SqlExecutor, limit: number): Promise<CostPrices['versions']> {
  return queryRowsInCamelCase(
    db,
    `SELECT version, currency, effective_at AS effective_from, first_read_at, last_read_at, jsonb_array_length(meters) AS meters
     FROM price_sheet ORDER BY version DESC LIMIT $1`,
    [limit],
  )
}
