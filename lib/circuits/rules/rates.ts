import type { CounterNow, CounterReading } from '#lib/history/index.ts'

/** Returns the rates in bit/s of both directions from a counter's last two samples; null if they cannot be computed. */
export function computeRates({ latest, previous }: CounterNow): { bitsIn: number | null; bitsOut: number | null } {
  if (!previous) return { bitsIn: null, bitsOut: null }
  const seconds = (middleOf(latest) - middleOf(previous)) / 1_000
  return {
    bitsIn: rateOf(previous.bytesIn, latest.bytesIn, seconds),
    bitsOut: rateOf(previous.bytesOut, latest.bytesOut, seconds),
  }
}

/**
 * Returns the middle between the start and the end of a poll as the time of its sample, because Azure took the sample
 * at some time in between.
 */
function middleOf({ startedAt, finishedAt }: CounterReading): number {
  return (startedAt + finishedAt) / 2
}

/**
 * Returns the rate in bit/s; null if the counter decreased, because it was reset and the traffic since then is unknown.
 */
function rateOf(before: string | null, after: string | null, seconds: number): number | null {
  if (before === null || after === null || seconds <= 0) return null
  const bytes = BigInt(after) - BigInt(before)
  return bytes < 0n ? null : Math.round((Number(bytes) * 8) / seconds)
}
