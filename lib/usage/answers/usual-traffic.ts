import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_WEEK } from '#lib/contract/time/time.ts'
import { type Period, readUsage } from '#lib/history/index.ts'
import { cacheUntilChange } from '#lib/platform/response-cache.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIso } from '#lib/questions/index.ts'
import {
  type UsualRateRange,
  computeUsualRateRanges,
  findUsualRateRange,
  computeUsualTrafficRange,
} from '../api/usual-band.ts'

/**
 * Returns the usual traffic of both paths together of a circuit at a certain hour of the week. It is computed from the
 * four weeks before. Null = too few data.
 * @param scope short ID of the circuit
 * @param at a time in that hour
 */
export function readUsualTraffic(q: SqlExecutor, scope: string, at: EpochMs): Promise<UsualRateRange | null> {
  const hour = at - (at % MS_PER_HOUR)
  return cacheUntilChange(q, `usual ${scope} ${hour}`, () => usualAt(q, scope, hour))
}

async function usualAt(q: SqlExecutor, scope: string, hour: EpochMs): Promise<UsualRateRange | null> {
  const sameHours = [1, 2, 3, 4].map((weeks) => ({
    from: hour - weeks * MS_PER_WEEK - MS_PER_HOUR,
    to: hour - weeks * MS_PER_WEEK + 2 * MS_PER_HOUR,
  }))
  const bandBy = async (periods: readonly Period[]) => {
    const read = await Promise.all(periods.map((period) => readUsage(q, { scope, ...period, step: 'hour' })))
    const points = read.flatMap(({ points: own }) =>
      own.map(({ start, coveredMs, ...point }) => ({
        start: formatIso(start),
        bytesIn: point.in.bytes.toString(),
        bytesOut: point.out.bytes.toString(),
        coveredSeconds: coveredMs / 1_000,
      })),
    )
    return findUsualRateRange(computeUsualRateRanges(points), { from: hour })
  }
  const band = await bandBy(sameHours)
  if (band?.in && band.out) return band
  const all = computeUsualTrafficRange(hour)
  return bandBy([{ from: Date.parse(all.from), to: Date.parse(all.to) }])
}
