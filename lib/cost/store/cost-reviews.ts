import type { EpochMs } from '#lib/contract/index.ts'
import type { CostReview } from '#lib/platform/generated/prisma/client.ts'
import { json } from '#lib/platform/prisma/json.ts'
import { withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { ms } from '#lib/history/statements.ts'

interface StoredReview {
  /** ISO week, such as 2026-W47 */
  week: string
  closedAt: EpochMs
  /** plain JSON, as it was published */
  body: unknown
}

const reviewOf = (row: CostReview | null): StoredReview | null => row && { ...row, closedAt: ms(row.closedAt) }

/** A week's review as it was published; null while the week is open, or when nobody was there to close it. */
export async function costReview(db: Queryable, week: string): Promise<StoredReview | null> {
  return reviewOf(await withPrisma(db, (tables) => tables.costReview.findUnique({ where: { week } })))
}

/** The newest review that was published of the weeks in `[from, until)`, by name; null when none was. */
export async function newestCostReview(
  db: Queryable,
  { from, until }: { from: string; until: string },
): Promise<StoredReview | null> {
  const where = { week: { gte: from, lt: until } }
  return reviewOf(await withPrisma(db, (tables) => tables.costReview.findFirst({ where, orderBy: { week: 'desc' } })))
}

/** The weeks that were published, newest first. */
export async function costReviewWeeks(db: Queryable, limit: number): Promise<string[]> {
  const rows = await withPrisma(db, (tables) =>
    tables.costReview.findMany({ select: { week: true }, orderBy: { week: 'desc' }, take: limit }),
  )
  return rows.map(({ week }) => week)
}

/** Publishes a review. One that is published stays as it is. @returns whether this one was kept */
export async function publishReview(db: Queryable, { week, closedAt, body }: StoredReview): Promise<boolean> {
  const data = { week, closedAt: new Date(closedAt), body: json(body) }
  const { count } = await withPrisma(db, (tables) => tables.costReview.createMany({ data, skipDuplicates: true }))
  return count === 1
}
