import type { EpochMs } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso, ms } from '../times.ts'

export interface StoredReview {
  /** ISO week, such as 2026-W47 */
  week: string
  closedAt: EpochMs
  /** plain JSON, as it was published */
  body: unknown
}

interface Row {
  week: string
  closed_at: Date
  body: unknown
}
const reviewOf = ({ week, closed_at, body }: Row): StoredReview => ({ week, closedAt: ms(closed_at), body })

/** A week's review as it was published; null while the week is open, or when nobody was there to close it. */
export async function costReview(db: Queryable, week: string): Promise<StoredReview | null> {
  const { rows } = await db.query<Row>('SELECT week, closed_at, body FROM cost_review WHERE week = $1', [week])
  return rows[0] ? reviewOf(rows[0]) : null
}

/** The newest review that was published of the weeks in `[from, until)`, by name; null when none was. */
export async function newestCostReview(
  db: Queryable,
  { from, until }: { from: string; until: string },
): Promise<StoredReview | null> {
  const { rows } = await db.query<Row>(
    'SELECT week, closed_at, body FROM cost_review WHERE week >= $1 AND week < $2 ORDER BY week DESC LIMIT 1',
    [from, until],
  )
  return rows[0] ? reviewOf(rows[0]) : null
}

/** The weeks that were published, newest first. */
export async function costReviewWeeks(db: Queryable, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ week: string }>('SELECT week FROM cost_review ORDER BY week DESC LIMIT $1', [limit])
  return rows.map(({ week }) => week)
}

/** Publishes a review. One that is published stays as it is. @returns whether this one was kept */
export async function publishReview(db: Queryable, { week, closedAt, body }: StoredReview): Promise<boolean> {
  const { rowCount } = await db.query(
    'INSERT INTO cost_review (week, closed_at, body) VALUES ($1, $2, $3) ON CONFLICT (week) DO NOTHING',
    [week, iso(closedAt), JSON.stringify(body)],
  )
  return rowCount === 1
}
