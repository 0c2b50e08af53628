import type { CurrentCounter, CounterReading } from '#lib/history/index.ts'

/**
 * Returns the rates in bit/s of both directions from a counter's last two samples. A rate is null if it cannot be
 * computed.
 */
export function computeByteCounterBitRates({ latest, previous }: CurrentCounter): {
  bitsIn: number | null
  bitsOut: number | null
} {
  if (!previous) return { bitsIn: null, bitsOut: null }
  const seconds = (middleOf(latest) - middleOf(previous)) / 1_000
  return {
    bitsIn: rateOf(previous.bytesIn, latest.bytesIn, seconds),
    bitsOut: rateOf(previous.bytesOut, latest.bytesOut, seconds),
  }
}

/**
 * Returns the assumed time of a sample, which is the middle between the start and the end of its poll. Azure read the
 * counter at an unknown time in between.
 */
function middleOf({ startedAt, finishedAt }: CounterReading): number {
  return (startedAt + finishedAt) / 2
}

/**
 * Returns the rate in bit/s. Null if the counter decreased (it was reset), a value is missing, or `seconds` is not
 * positive.
 */
function rateOf(before: string | null, after: string | null, seconds: number): number | null {
  if (before === null || after === null || seconds <= 0) return null
  const bytes = BigInt(after) - BigInt(before)
  return bytes < 0n ? null : Math.round((Number(bytes) * 8) / seconds)
}
