import type { EpochMs } from '#lib/contract/index.ts'

/** One reading of a counter pair, as history keeps it. */
export interface Sample {
  startedAt: EpochMs
  finishedAt: EpochMs
  bytesIn: bigint | null
  bytesOut: bigint | null
  /** between this poll and the good one before it lies a gap (as coverage defines one) */
  afterGap: boolean
  /** what the port carries at most, Mbit/s; null or absent = not known */
  mbps?: number | null
}

export const directions = ['in', 'out'] as const
export type Direction = (typeof directions)[number]

/** What passed in one direction between two readings. */
export interface Growth {
  direction: Direction
  /** the moments that the two readings stand for */
  from: EpochMs
  to: EpochMs
  bytes: bigint
  /** the counter fell, or rose by more than its port carries in the time: what passed is not known, and `bytes` is 0 */
  reset: boolean
  /** too long to say when in it the bytes passed: it is kept in one piece */
  whole: boolean
}

/** The last reading of one direction that had a value. */
export interface LastReading {
  at: EpochMs
  bytes: bigint
  /** a gap has been seen since */
  gapSince: boolean
}

/** What must be remembered of the samples before, so that the next ones can go on from there (ADR 0032). */
export interface RollupState {
  /** start of the newest sample that was folded; null = none was */
  through: EpochMs | null
  in: LastReading | null
  out: LastReading | null
}

export const NOTHING_ROLLED_UP: RollupState = { through: null, in: null, out: null }

/** Longest time between two readings over which bytes are divided, gap or not: a 5-minute point of hours-old polls is a guess. */
export const LONGEST_DIVIDED_MS = 20 * 60_000

/**
 * What passed between successive readings, in each direction for itself.
 *
 * A reading lies somewhere between request and answer; the middle stands for it. A value that falls is a reset, also when it
 * might be the wrap of a 64-bit counter: at 100 Gb/s that takes 46 years, and a router that restarts does not. It need not fall to 0,
 * so that what it shows since is no bound of what passed. A reset that grows past the old value before it is read again can't be
 * seen, unless its port could not carry the difference.
 * Samples that are not later than the newest folded one change nothing, so that a repeated one counts once.
 */
export function growthsOf(state: RollupState, samples: readonly Sample[]): { state: RollupState; growths: Growth[] } {
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
    const whole = afterGap || last.gapSince || at - last.at > LONGEST_DIVIDED_MS
    growths.push({ direction, from: last.at, to: at, bytes: reset ? 0n : grew, reset, whole })
  }
  return { at, bytes, gapSince: false }
}

/** Counters are read from a device that renews them every so often, not at the moment of the poll. */
const RENEWED_WITHIN_MS = 60_000

const exceeds = (bytes: bigint, lengthMs: number, mbps: number | null): boolean =>
  mbps !== null && Number(bytes) > mbps * 125 * (lengthMs + RENEWED_WITHIN_MS)
