import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { computeBusiestHour, estimateGapBytes, createUsualHourBytes } from '../forecast/month-bytes.ts'
import { createHourSeries } from '../forecast/hour-series.ts'
import type { UsageGap, UsageHour } from '../usage/billed-usage.ts'

/**
 * Minimum difference from the usual bytes (as a share of them) that counts as traffic moved by a failover. A smaller
 * difference is normal.
 */
const UNUSUAL_SHARE = 0.2

const seriesBefore = (hours: readonly UsageHour[], until: EpochMs, isKnown: (hour: UsageHour) => boolean) => {
  const end = Math.floor(until / MS_PER_HOUR) * MS_PER_HOUR
  const known = hours.filter((hour) => hour.start < end && isKnown(hour))
  return createHourSeries(
    known.map(({ start, bytesOut, coveredSeconds }) => ({ start, bytes: bytesOut, coveredSeconds })),
    end,
  )
}

/**
 * Returns the bytes that a failover moved to a circuit; negative = away from it. The result is the bytes that were
 * measured during the failover minus the usual bytes of these hours.
 * @returns 0 if the difference is small, or if no earlier usage is known
 */
export function computeFailoverBytes(
  hours: readonly UsageHour[],
  { from, to }: { from: EpochMs; to: EpochMs },
): bigint {
  const series = seriesBefore(hours, from, () => true)
  if (series.bytes.length === 0) return 0n
  const usual = createUsualHourBytes(series, series.bytes.length)
  let [actual, expected] = [0, 0]
  for (const { start, bytesOut, coveredSeconds } of hours) {
    const inside = (Math.min(to, start + MS_PER_HOUR) - Math.max(from, start)) / MS_PER_HOUR
    if (inside <= 0 || bytesOut === null || coveredSeconds === 0) continue
    actual += (Number(bytesOut) * 3_600 * inside) / coveredSeconds
    expected += usual(start) * inside
  }
  const more = actual - expected
  return Math.abs(more) >= UNUSUAL_SHARE * expected ? BigInt(Math.round(more)) : 0n
}

/**
 * Returns the bytes that are known now but were not measured when a cost was published, minus the bytes that were
 * estimated for them.
 * @param hours usage that is known now
 * @param gaps times that were not measured when the cost was published
 * @param at time of the publication
 */
export function computeLaterMeasuredBytes(hours: readonly UsageHour[], gaps: readonly UsageGap[], at: EpochMs): bigint {
  const inGap = (start: EpochMs) => gaps.some((gap) => start < gap.to && gap.from < start + MS_PER_HOUR)
  const before = seriesBefore(hours, at, ({ start }) => !inGap(start))
  const end = before.bytes.length
  const repaired = gaps.map((gap) => {
    const own = hours.filter(({ start }) => gap.from <= start && start < gap.to)
    const covered = own.reduce((sum, hour) => sum + hour.coveredSeconds, 0)
    const seenThen = (gap.to - gap.from) / 1_000 - gap.seconds
    const found = Math.min(gap.seconds, Math.max(0, covered - seenThen))
    if (found === 0) return 0
    const bytes = own.reduce((sum, hour) => sum + Number(hour.bytesOut ?? 0n), 0)
    const taken = estimateGapBytes(
      { gaps: [gap] },
      computeBusiestHour(before, end),
      createUsualHourBytes(before, end),
    ).p50
    return (bytes * found) / covered - (Number(taken) * found) / gap.seconds
  })
  return BigInt(Math.round(repaired.reduce((sum, one) => sum + one, 0)))
}
