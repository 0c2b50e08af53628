import type { EpochMs } from '#lib/contract/index.ts'

/** A stored sample of a counter pair. */
export interface CounterPairSample {
  startedAt: EpochMs
  finishedAt: EpochMs
  bytesIn: bigint | null
  bytesOut: bigint | null
  /** true = polling had a gap (as defined by coverage) between the previous successful poll and this one */
  afterGap: boolean
  /** maximum rate of the port, Mbit/s; null or absent = unknown */
  mbps?: number | null
}

export const usageDirections = ['in', 'out'] as const
export type UsageDirection = (typeof usageDirections)[number]

/** Bytes that a counter grew by in one direction between two samples. */
export interface CounterGrowth {
  direction: UsageDirection
  /** `from` and `to` = times of the two samples */
  from: EpochMs
  to: EpochMs
  bytes: bigint
  /**
   * true = the counter decreased, or grew by more than its port can carry in this time. The bytes are then unknown, and
   * `bytes` is 0.
   */
  reset: boolean
  /**
   * true = there is a gap between the samples, or more time than {@link MAX_GROWTH_SPREAD_MS}. The bytes are then not
   * divided over the time.
   */
  whole: boolean
}

/** The last sample with a value in one direction. */
export interface LastCounterReading {
  at: EpochMs
  bytes: bigint
  /**
   * true = after this reading there was a gap in polling and then a sample without a value, so the bytes since this
   * reading cannot be divided over the time
   */
  gapSince: boolean
}

/** State after the processed samples. The next samples of the counter continue from it (ADR 0032). */
export interface RollupState {
  /** start of the newest processed sample; null = none */
  through: EpochMs | null
  in: LastCounterReading | null
  out: LastCounterReading | null
}

export const EMPTY_ROLLUP_STATE: RollupState = { through: null, in: null, out: null }

/**
 * Maximum time between two samples over which bytes are divided in proportion to time. For polls that are hours apart,
 * a 5-minute value would be a guess.
 */
export const MAX_GROWTH_SPREAD_MS = 20 * 60_000

/**
 * Returns the bytes between successive samples, separately for each direction. The time of a sample is the middle
 * between request and response.
 * A decrease counts as a reset. A 64-bit counter may also wrap, but at 100 Gb/s that takes 46 years, so a router
 * restart is more likely. After a reset, a counter does not necessarily start at 0, so its new value does not limit the
 * traffic. If a counter was reset and has exceeded its old value by the next poll, the reset is found only if the port
 * could not carry the difference.
 * Samples that are not newer than the last processed one are ignored, so that a repeated sample counts once.
 */
export function computeGrowths(
  state: RollupState,
  samples: readonly CounterPairSample[],
): { state: RollupState; growths: CounterGrowth[] } {
  const growths: CounterGrowth[] = []
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
  direction: UsageDirection,
  last: LastCounterReading | null,
  { startedAt, finishedAt, afterGap, mbps }: CounterPairSample,
  bytes: bigint | null,
  growths: CounterGrowth[],
): LastCounterReading | null {
  if (bytes === null) return last && afterGap ? { ...last, gapSince: true } : last
  const at = Math.floor((startedAt + finishedAt) / 2)
  if (last) {
    const grew = bytes - last.bytes
    const reset = grew < 0n || exceeds(grew, at - last.at, mbps ?? null)
    const whole = afterGap || last.gapSince || at - last.at > MAX_GROWTH_SPREAD_MS
    growths.push({ direction, from: last.at, to: at, bytes: reset ? 0n : grew, reset, whole })
  }
  return { at, bytes, gapSince: false }
}

/**
 * Interval in which a router updates its counters. A counter value can therefore be older than the poll by up to this
 * time.
 */
const RENEWED_WITHIN_MS = 60_000

const exceeds = (bytes: bigint, lengthMs: number, mbps: number | null): boolean =>
  mbps !== null && Number(bytes) > mbps * 125 * (lengthMs + RENEWED_WITHIN_MS)
