/** Derives the outages of a session from the samples that each system stores. Pure. */
import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'

/** True outage of a session. */
export interface TrueSessionOutage {
  localAddress: string
  neighbor: string
  from: EpochMs
  until: EpochMs
}

/** Outage as a system reports it: bounds of its start and of its end. */
export interface ReportedOutageBounds {
  from: TimestampBounds
  until: TimestampBounds
}

export interface UpSample {
  at: EpochMs
  up: boolean
  /** time since the session came up, in milliseconds; null = not exported, or not up */
  uptimeMs: number | null
}

/**
 * Finds the outages between samples of one session. The start lies between the last sample that was up and the first
 * that was down; the end lies between the last down and the first up. An exported uptime narrows the end, and reveals
 * an outage between two samples that were both up.
 * @param samples oldest first; outages that began before the first sample or continue after the last are left out
 */
export function findOutages(samples: readonly UpSample[]): ReportedOutageBounds[] {
  const found: ReportedOutageBounds[] = []
  let lastUp: EpochMs | null = null
  let down: { from: TimestampBounds; last: EpochMs } | null = null
  for (const { at, up, uptimeMs } of samples) {
    if (!up) {
      if (down) down.last = at
      else if (lastUp !== null) down = { from: { earliest: lastUp, latest: at }, last: at }
      continue
    }
    // uptimes are exported in whole seconds
    const cameUp = uptimeMs === null ? null : { earliest: at - uptimeMs - 1_000, latest: at - uptimeMs }
    if (down) found.push({ from: down.from, until: cameUp ?? { earliest: down.last, latest: at } })
    else if (cameUp && lastUp !== null && cameUp.earliest > lastUp)
      found.push({ from: { earliest: lastUp, latest: cameUp.latest }, until: cameUp })
    down = null
    lastUp = at
  }
  return found
}

/** Returns the reported outage that overlaps a true outage, or null if the system does not know of it. */
export function findReportedOutage(
  { from, until }: TrueSessionOutage,
  known: readonly ReportedOutageBounds[],
): ReportedOutageBounds | null {
  return known.find((one) => one.from.earliest <= until && one.until.latest >= from) ?? null
}

export interface ReportedOutageTimeError {
  /** delay of the reported start (`begin`) and end (`end`) in milliseconds; negative if too early */
  begin: number
  end: number
  /** width of the bounds of the start (`beginWithin`) and of the end (`endWithin`), in milliseconds */
  beginWithin: number
  endWithin: number
  /** whether the bounds contain the true start and end */
  holds: boolean
}

/**
 * Computes the error of a reported outage. The latest possible start and end are used as the reported times, because a
 * graph shows a change only at the first sample after it.
 */
export function measureOutageError(
  { from, until }: TrueSessionOutage,
  known: ReportedOutageBounds,
): ReportedOutageTimeError {
  const isWithin = (at: EpochMs, { earliest, latest }: TimestampBounds) => at >= earliest && at <= latest
  return {
    begin: known.from.latest - from,
    end: known.until.latest - until,
    beginWithin: known.from.latest - known.from.earliest,
    endWithin: known.until.latest - known.until.earliest,
    holds: isWithin(from, known.from) && isWithin(until, known.until),
  }
}
