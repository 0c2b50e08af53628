import type { EpochMs } from '#lib/contract/index.ts'
import type { CostReview } from '#lib/platform/generated/prisma/client.ts'
import { toJsonColumn } from '#lib/platform/prisma/json.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '#lib/history/statements.ts'

interface StoredReview {
  /** ISO week, such as 2026-W47 */
  week: string
  closedAt: EpochMs
  /** The published review, as plain JSON. */
  body: unknown
}

const reviewOf = (row: CostReview | null): StoredReview | null => row && { ...row, closedAt: toEpochMs(row.closedAt) }

/** Returns the published review of a week; null if it is not published. */
export async function readCostReview(db: SqlExecutor, week: string): Promise<StoredReview | null> {
  return reviewOf(await runWithPrisma(db, (tables) => tables.costReview.findUnique({ where: { week } })))
}

/**
 * Returns the newest published week from `from` (inclusive) to `until` (exclusive), which are names such as 2026-W47;
 * null if no week is published. The review of a large estate has megabytes, so that it is not read.
 */
export async function findNewestReviewedWeek(
  db: SqlExecutor,
  { from, until }: { from: string; until: string },
): Promise<string | null> {
  const where = { week: { gte: from, lt: until } }
  const newest = await runWithPrisma(db, (tables) =>
    tables.costReview.findFirst({ select: { week: true }, where, orderBy: { week: 'desc' } }),
  )
  return newest?.week ?? null
}

/** Returns the names of the published weeks, newest first. */
export async function readPublishedReviewWeeks(db: SqlExecutor, limit: number): Promise<string[]> {
  const rows = await runWithPrisma(db, (tables) =>
    tables.costReview.findMany({ select: { week: true }, orderBy: { week: 'desc' }, take: limit }),
  )
  return rows.map(({ week }) => week)
}

/**
 * Stores the review of a week as published, unless the week already has a published review.
 * @returns true if this review was stored
 */
export async function publishCostReview(db: SqlExecutor, { week, closedAt, body }: StoredReview): Promise<boolean> {
  const data = { week, closedAt: new Date(closedAt), body: toJsonColumn(body) }
  const { count } = await runWithPrisma(db, (tables) => tables.costReview.createMany({ data, skipDuplicates: true }))
  return count === 1
}
