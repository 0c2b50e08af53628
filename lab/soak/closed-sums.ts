import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'

/** Sum of a series over a past day or month. */
export interface CompletedTrafficSum {
  series: string
  step: 'day' | 'month'
  start: EpochMs
  bytes: bigint
}

/** Returns all days and months that ended at least `marginMs` ago. Their sums must not change any more. */
export async function readCompletedTrafficSums(
  { pool }: Database,
  now: EpochMs,
  marginMs = MS_PER_DAY,
): Promise<CompletedTrafficSum[]> {
  const { rows } = await pool.query<{ series: string; step: 'day' | 'month'; start: Date; bytes: string }>(
    `SELECT concat_ws('/', source_id, series_id) AS series, CASE step WHEN 3 THEN 'day' ELSE 'month' END AS step,
            starts_at AS start, (bytes_in + bytes_out)::text AS bytes
     FROM usage_bucket
     WHERE step IN (3, 4) AND starts_at + CASE step WHEN 3 THEN interval '1 day' ELSE interval '1 month' END <= $1`,
    [new Date(now - marginMs)],
  )
  return rows.map((row) => ({ ...row, start: row.start.getTime(), bytes: BigInt(row.bytes) }))
}

const keyOf = ({ series, step, start }: Omit<CompletedTrafficSum, 'bytes'>) =>
  `${series} ${step} ${new Date(start).toISOString().slice(0, 10)}`

/** All closed sums seen so far, including sums that are no longer stored. */
export class SeenCompletedTrafficSums {
  readonly #known = new Map<string, CompletedTrafficSum>()
  readonly #from: EpochMs

  /**
   * Creates an empty collection.
   * @param from months that began before this time are not compared with their days
   */
  constructor(from: EpochMs) {
    this.#from = from
  }

  /**
   * Checks sums and remembers new ones.
   * @returns messages about sums that changed since they were closed, and about months that differ from the sum of
   *   their days
   */
  notice(sums: readonly CompletedTrafficSum[]): string[] {
    const changed = sums.flatMap((sum) => {
      const before = this.#known.get(keyOf(sum))
      return before && before.bytes !== sum.bytes ? [`${keyOf(sum)}: ${before.bytes} became ${sum.bytes}`] : []
    })
    for (const sum of sums) if (!this.#known.has(keyOf(sum))) this.#known.set(keyOf(sum), sum)
    return [...changed, ...sums.flatMap((sum) => (sum.step === 'month' ? this.#againstDays(sum) : []))]
  }

  #againstDays(month: CompletedTrafficSum): string[] {
    if (month.start < this.#from) return []
    const end = new Date(month.start)
    end.setUTCMonth(end.getUTCMonth() + 1)
    let days = 0n
    for (let start = month.start; start < end.getTime(); start += MS_PER_DAY)
      days += this.#known.get(keyOf({ series: month.series, step: 'day', start }))?.bytes ?? 0n
    return days === month.bytes ? [] : [`${keyOf(month)}: ${month.bytes}, and its days ${days}`]
  }
}
