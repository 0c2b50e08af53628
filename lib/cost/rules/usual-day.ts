import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'

/** Minimum measured share of a day for using its bytes. */
const KNOWN_SHARE = 0.8
const WEEKS = 4
const MIN_WEEKS = 2

export interface DailyBytes {
  /** begin of the day, midnight UTC */
  start: EpochMs
  bytesOut: bigint
  coveredSeconds: number
}

interface UsualDay {
  from: EpochMs
  to: EpochMs
  bytes: bigint
  usual: bigint
}

/**
 * Compares the bytes of a day with the median of the same weekday in the four weeks before.
 * @param from begin of the day, midnight UTC
 * @returns null if too little of the day was measured, or too little of at least three of the four earlier days
 */
export function compareWithUsualDay(days: readonly DailyBytes[], from: EpochMs): UsualDay | null {
  const known = new Map(days.filter(isKnown).map(({ start, bytesOut }) => [start, bytesOut]))
  const bytes = known.get(from)
  const before = Array.from({ length: WEEKS }, (_, i) => known.get(from - 7 * MS_PER_DAY * (i + 1))).filter(
    (one) => one !== undefined,
  )
  if (bytes === undefined || before.length < MIN_WEEKS) return null
  return { from, to: from + MS_PER_DAY, bytes, usual: median(before) }
}

const isKnown = ({ coveredSeconds }: DailyBytes): boolean => coveredSeconds * 1_000 >= KNOWN_SHARE * MS_PER_DAY

function median(values: readonly bigint[]): bigint {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? 0n
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? upper)) / 2n
}
