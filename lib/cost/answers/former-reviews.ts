import { z } from 'zod'
import { costOptionSchema, costProjectionSchema, costWeeklySchema } from '../api/index.ts'
import { type IsoWeek, subtractIsoWeeks } from '#lib/contract/time/iso-week.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { findNewestReviewedWeek, readCostReview } from '../store/index.ts'
import { openProcessCache } from '#lib/platform/cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** The part of a published review that later reviews are compared with. */
const formerReviewSchema = costWeeklySchema.pick({ week: true, to: true }).extend({
  projections: z.object({
    circuits: z.array(
      costProjectionSchema
        .pick({
          circuitId: true,
          month: true,
          billedBytesToDate: true,
          gaps: true,
          costToDate: true,
          forecast: true,
          lines: true,
        })
        .extend({
          options: z.array(
            costOptionSchema.pick({ plan: true, tier: true, bandwidthMbps: true, p10: true, p50: true, p90: true }),
          ),
        }),
    ),
  }),
})
export type FormerReview = z.infer<typeof formerReviewSchema>

/**
 * Maximum number of weeks between a review and the earlier review with which it is compared. The limit avoids reading
 * old usage.
 */
const COMPARED_WEEKS = 5

/**
 * Cache of published reviews, which never change. Reading and checking a review of 120 circuits takes tenths of a
 * second.
 */
const kept = openProcessCache<Promise<FormerReview | null>>('cost_former_reviews', {
  maxAgeMs: MS_PER_HOUR,
  maxSize: 4,
})

/** Returns the newest published review before a week, at most COMPARED_WEEKS weeks earlier; null if no review was published. */
export async function readReviewBefore(q: SqlExecutor, week: IsoWeek): Promise<FormerReview | null> {
  const name = await findNewestReviewedWeek(q, { from: subtractIsoWeeks(week, COMPARED_WEEKS).name, until: week.name })
  if (name === null) return null
  return kept.share(q, name, async () => {
    const stored = await readCostReview(q, name)
    return stored && formerReviewSchema.parse(stored.body)
  })
}
