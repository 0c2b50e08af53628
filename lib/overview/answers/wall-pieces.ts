import type { EpochMs } from '#lib/contract/index.ts'
import type { Period } from '#lib/history/index.ts'
import type { PieceState } from '../api/index.ts'
import { partsWithinEach, type PeriodPart, sumsOf } from '#lib/detection/index.ts'
import { unseenByAll } from '#lib/questions/index.ts'
import { coveredMs } from '#lib/contract/time/spans.ts'
import { cutPeriod, lastDays } from '#lib/sessions/answers/index.ts'
import { TRAFFIC_INTERVAL_MS } from '#lib/circuits/answers/index.ts'
import { DAY } from '#lib/contract/time/time.ts'

/** Number of days in the month that a wall display shows. Lists show the same number. */
const DAYS = 30

/**
 * Returns the 24 hours that a wall display's strips (bars of past states) show. They end with the current half hour.
 */
export function wallDay(now: EpochMs): Period {
  const end = now - (now % TRAFFIC_INTERVAL_MS) + TRAFFIC_INTERVAL_MS
  return { from: end - DAY, to: end }
}

/** Returns the UTC days that a wall display's month shows. They end with the current day. */
export const monthOf = (now: EpochMs): Period => lastDays(DAYS, now)

/**
 * Divides the time of a strip into half hours.
 * @param period from the begin of the strip to now
 */
export const halfHoursOf = (period: Period): Period[] =>
  cutPeriod(period, DAY / TRAFFIC_INTERVAL_MS, TRAFFIC_INTERVAL_MS)

/**
 * Divides the time of a month into days.
 * @param month period from {@link monthOf}
 */
export const wallDays = (month: Period): Period[] => cutPeriod(month, DAYS, DAY)

/**
 * Returns the worst certain state of each interval. An interval with a possible outage, or with a certain partial
 * outage, is degraded.
 */
export function toPieceStates(
  pieces: readonly Period[],
  down: readonly PeriodPart[],
  inPart: readonly PeriodPart[],
): PieceState[] {
  const lost = partsWithinEach(inPart, pieces)
  return partsWithinEach(down, pieces).map((own, n) => {
    const piece = pieces[n] ?? { from: 0, to: 0 }
    const sums = sumsOf(own)
    if (sums.down.minMs > 0) return 'down'
    if (sums.down.maxMs > 0 || sumsOf(lost[n] ?? []).down.minMs > 0) return 'degraded'
    if (sums.unknownMs >= piece.to - piece.from) return 'unknown'
    return sums.plannedMs > 0 ? 'maintenance' : 'up'
  })
}

/**
 * Returns how completely polls observed each half hour. `unknown` = no poll observed any of it; `degraded` = at least
 * one poll missed some of it.
 * @param unseen times without observation, for each poll
 */
export function toObservationStates(period: Period, unseen: readonly (readonly Period[])[]): PieceState[] {
  const byAll = unseenByAll(period, unseen)
  return halfHoursOf(period).map((piece) => {
    if (coveredMs(byAll, piece.from, piece.to) >= piece.to - piece.from) return 'unknown'
    return unseen.some((own) => coveredMs(own, piece.from, piece.to) > 0) ? 'degraded' : 'up'
  })
}
