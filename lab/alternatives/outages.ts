/** When a session was down, from what each side kept of it. Pure. */
import type { Bounds, EpochMs } from '#lib/contract/index.ts'

/** As it truly was. */
export interface Outage {
  localAddress: string
  neighbor: string
  from: EpochMs
  until: EpochMs
}

/** What a side answers: between which moments it began, and between which it ended. */
export interface KnownOutage {
  from: Bounds
  until: Bounds
}

export interface UpSample {
  at: EpochMs
  up: boolean
  /** how long it had been up, in milliseconds; null = not exported, or not up */
  uptimeMs: number | null
}

/**
 * Outages between samples of one session. It began after the last sample that was up and by the first that was down, and ended likewise;
 * an uptime dates the end, and shows an outage between two samples that were both up.
 * @param samples oldest first; what began before the first or lasts after the last is left out
 */
export function outagesOfSamples(samples: readonly UpSample[]): KnownOutage[] {
  const found: KnownOutage[] = []
  let lastUp: EpochMs | null = null
  let down: { from: Bounds; last: EpochMs } | null = null
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

/** What of a side's answers is about an outage: that which overlaps it; null = it does not know of it. */
export function answerTo({ from, until }: Outage, known: readonly KnownOutage[]): KnownOutage | null {
  return known.find((one) => one.from.earliest <= until && one.until.latest >= from) ?? null
}

export interface OutageError {
  /** how late the first and last moment that it calls down are, in milliseconds; negative: early */
  begin: number
  end: number
  /** between its bounds */
  beginWithin: number
  endWithin: number
  /** whether its bounds hold what truly was */
  holds: boolean
}

/** How far an answer is from what truly was. Its begin is the latest that it may have been, its end the latest, as a graph shows them. */
export function errorOf({ from, until }: Outage, known: KnownOutage): OutageError {
  const isWithin = (at: EpochMs, { earliest, latest }: Bounds) => at >= earliest && at <= latest
  return {
    begin: known.from.latest - from,
    end: known.until.latest - until,
    beginWithin: known.from.latest - known.from.earliest,
    endWithin: known.until.latest - known.until.earliest,
    holds: isWithin(from, known.from) && isWithin(until, known.until),
  }
}
