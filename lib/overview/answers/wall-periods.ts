import type { EpochMs } from '#lib/contract/index.ts'
import type { Period } from '#lib/history/index.ts'
import type { IntervalState } from '../api/index.ts'
import { clipStateIntervalsToPeriods, type PeriodStateInterval, sumStateIntervals } from '#lib/detection/index.ts'
import { intersectUnpolledTimes } from '#lib/questions/index.ts'
import { sumCoveredMs } from '#lib/contract/time/time-spans.ts'
import { splitPeriod, computeLastDaysPeriod } from '#lib/sessions/answers/index.ts'
import { TRAFFIC_INTERVAL_MS } from '#lib/circuits/answers/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'

/** Number of days in the monthly history of a wall display. Lists show the same number. */
const DAYS = 30

/** Returns the 24 hours of history that the tiles of a wall display show. They end with the current half hour. */
export function computeWallDayPeriod(now: EpochMs): Period {
  const end = now - (now % TRAFFIC_INTERVAL_MS) + TRAFFIC_INTERVAL_MS
  return { from: end - MS_PER_DAY, to: end }
}

/** Returns the UTC days of the monthly history. They end with the current day. */
export const computeWallMonthPeriod = (now: EpochMs): Period => computeLastDaysPeriod(DAYS, now)

/**
 * Divides a period into half hours.
 * @param period from the begin of the shown 24 hours until now
 */
export const splitIntoHalfHours = (period: Period): Period[] =>
  splitPeriod(period, MS_PER_DAY / TRAFFIC_INTERVAL_MS, TRAFFIC_INTERVAL_MS)

/**
 * Divides a month into days.
 * @param month period from {@link computeWallMonthPeriod}
 */
export const splitMonthIntoDays = (month: Period): Period[] => splitPeriod(month, DAYS, MS_PER_DAY)

/**
 * Returns the most severe state that certainly occurred in each interval. An interval is `degraded` if an outage in it
 * is only possible, or if a partial outage in it is certain.
 * @param inPart partial outages, for example of paths, forwarding or prefixes; null = not measured
 */
export function toIntervalStates(
  pieces: readonly Period[],
  down: readonly PeriodStateInterval[],
  inPart: readonly (readonly PeriodStateInterval[] | null)[],
): IntervalState[] {
  const lost = inPart.flatMap((parts) => (parts ? [clipStateIntervalsToPeriods(parts, pieces)] : []))
  return clipStateIntervalsToPeriods(down, pieces).map((own, n) => {
    const piece = pieces[n] ?? { from: 0, to: 0 }
    const sums = sumStateIntervals(own)
    if (sums.down.minMs > 0) return 'down'
    if (sums.down.maxMs > 0 || lost.some((parts) => sumStateIntervals(parts[n] ?? []).down.minMs > 0)) return 'degraded'
    if (sums.unknownMs >= piece.to - piece.from) return 'unknown'
    return sums.plannedMs > 0 ? 'maintenance' : 'up'
  })
}

/**
 * Returns for each half hour how completely polls observed it. `unknown`: no poll observed any part of it. `degraded`:
 * at least one poll did not observe all of it. `up`: every poll observed all of it.
 * @param unseen for each poll, the times that it did not observe
 */
export function toObservedIntervalStates(period: Period, unseen: readonly (readonly Period[])[]): IntervalState[] {
  const byAll = intersectUnpolledTimes(period, unseen)
  return splitIntoHalfHours(period).map((piece) => {
    if (sumCoveredMs(byAll, piece.from, piece.to) >= piece.to - piece.from) return 'unknown'
    return unseen.some((own) => sumCoveredMs(own, piece.from, piece.to) > 0) ? 'degraded' : 'up'
  })
}
