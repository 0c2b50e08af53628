import type { EpochMs } from '#lib/contract/index.ts'

/** A stored sample of a counter pair. */
export interface Sample {
  startedAt: EpochMs
  finishedAt: EpochMs
  bytesIn: bigint | null
  bytesOut: bigint | null
  /** true = there is a gap (as defined by coverage) between this poll and the previous successful one */
  afterGap: boolean
  /** maximum rate of the port, Mbit/s; null or absent = unknown */
  mbps?: number | null
}

export const directions = ['in', 'out'] as const
export type Direction = (typeof directions)[number]

/** Bytes in one direction between two samples. */
export interface Growth {
  direction: Direction
  /** `from` and `to` = times of the two samples */
  from: EpochMs
  to: EpochMs
  bytes: bigint
  /**
   * true = the counter decreased, or grew by more than its port can carry in this time; then the bytes are unknown and
   * `bytes` is 0
   */
  reset: boolean
  /**
   * true = there is a gap between the samples, or more time than {@link LONGEST_DIVIDED_MS}, so that the bytes are not
   * divided over the time
   */
  whole: boolean
}

/** The last sample of a direction that had a value. */
export interface LastReading {
  at: EpochMs
  bytes: bigint
  /**
   * true = a later sample without a value followed a gap in polling, so the bytes since this reading cannot be divided
   * by time
   */
  gapSince: boolean
}

/** State after the previous samples, from which the next samples continue (ADR 0032). */
export interface RollupState {
  /** start of the newest processed sample; null = none */
  through: EpochMs | null
  in: LastReading | null
  out: LastReading | null
}

export const NOTHING_ROLLED_UP: RollupState = { through: null, in: null, out: null }

/**
 * Maximum time between two samples over which bytes are divided, even if there is no gap between them. A 5-minute point
 * from polls that are hours apart would be a guess.
 */
export const MAX_DIVIDED_MS = 20 * 60_000

/**
 * Returns the bytes between successive samples, separately for each direction.
 * The time of a sample is the middle between request and response. A decrease counts as a reset, although a 64-bit
 * counter may wrap: at 100 Gb/s that takes 46 years, and a router restart is more likely. A reset counter does not
 * necessarily start at 0, so its new value is not a bound of the traffic. A reset after which the counter exceeds the
 * old value before the next poll is invisible, unless the port could not carry the difference. Samples that are not
 * newer than the last processed one are ignored, so that a repeated sample counts once.
 */
export function computeGrowths(
  state: RollupState,
  samples: readonly Sample[],
): { state: RollupState; growths: Growth[] } {
  const growths: Growth[] = []
  let { through, in: lastIn, out: lastOut } = state
  for (const sample of samples) {
    if (through !== null && sample.startedAt <= through) continue
    through = sample.startedAt
    lastIn = step('in', lastIn, sample, sample.bytesIn, growths)
    lastOut = step('out', lastOut, sample, sample.bytesOut, growths)
  }
  return { state: { through, in: lastIn, out: lastOut }, growths }
}

function step(
  direction: Direction,
  last: LastReading | null,
  { startedAt, finishedAt, afterGap, mbps }: Sample,
  bytes: bigint | null,
  growths: Growth[],
): LastReading | null {
  if (bytes === null) return last && afterGap ? { ...last, gapSince: true } : last
  const at = Math.floor((startedAt + finishedAt) / 2)
  if (last) {
    const grew = bytes - last.bytes
    const reset = grew < 0n || exceeds(grew, at - last.at, mbps ?? null)
    const whole = afterGap || last.gapSince || at - last.at > MAX_DIVIDED_MS
    growths.push({ direction, from: last.at, to: at, bytes: reset ? 0n : grew, reset, whole })
  }
  return { at, bytes, gapSince: false }
}

/** Interval in which a device renews its counters, which are therefore not exact at the time of the poll. */
const RENEWED_WITHIN_MS = 60_000

const exceeds = (bytes: bigint, lengthMs: number, mbps: number | null): boolean =>
  mbps !== null && Number(bytes) > mbps * 125 * (lengthMs + RENEWED_WITHIN_MS)
