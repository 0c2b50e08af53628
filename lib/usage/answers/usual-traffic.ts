import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR, WEEK } from '#lib/contract/time/time.ts'
import { type Period, readUsage } from '#lib/history/index.ts'
import { cacheUntilChange } from '#lib/platform/response-cache.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
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
export function readUsualTraffic(q: Queryable, scope: string, at: EpochMs): Promise<UsualRateRange | null> {
  const hour = at - (at % HOUR)
  return cacheUntilChange(q, `usual ${scope} ${hour}`, () => usualAt(q, scope, hour))
}

async function usualAt(q: Queryable, scope: string, hour: EpochMs): Promise<UsualRateRange | null> {
  const sameHours = [1, 2, 3, 4].map((weeks) => ({
    from: hour - weeks * WEEK - HOUR,
    to: hour - weeks * WEEK + 2 * HOUR,
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
