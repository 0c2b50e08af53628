import type { CounterNow, CounterReading } from '#lib/history/index.ts'

/** bit/s in each direction from a counter's last two samples; null where they do not show it. */
export function ratesOf({ latest, previous }: CounterNow): { bitsIn: number | null; bitsOut: number | null } {
  if (!previous) return { bitsIn: null, bitsOut: null }
  const seconds = (middleOf(latest) - middleOf(previous)) / 1_000
  return {
    bitsIn: rateOf(previous.bytesIn, latest.bytesIn, seconds),
    bitsOut: rateOf(previous.bytesOut, latest.bytesOut, seconds),
  }
}

/** The sample lies somewhere between the request and the answer. */
function middleOf({ startedAt, finishedAt }: CounterReading): number {
  return (startedAt + finishedAt) / 2
}

/** A counter that fell was reset: what passed since is not known. */
function rateOf(before: string | null, after: string | null, seconds: number): number | null {
  if (before === null || after === null || seconds <= 0) return null
  const bytes = BigInt(after) - BigInt(before)
  return bytes < 0n ? null : Math.round((Number(bytes) * 8) / seconds)
}
