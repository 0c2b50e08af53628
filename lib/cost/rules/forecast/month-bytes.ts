import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import type { Band } from '../money.ts'
import type { BilledUsage } from '../usage/billed.ts'
import { levelAgainst, weekProfile } from './members.ts'
import { type HourSeries, hourOfWeek } from './series.ts'

/** What may have passed in gaps: nothing at least; likely what the hours of a week usually carry; at most as much as ever. */
interface GapFill {
  p10: 0n
  p50: bigint
  p90: bigint
}

/**
 * Bounds and a likely figure for what gaps may hide.
 * @param ceilingPerHour more than this is taken to pass in no hour; the paths' own bound holds where it is less
 * @param likelyPerHour bytes that an hour usually carries, by its begin
 */
export function fillGaps(
  usage: Pick<BilledUsage, 'gaps'>,
  ceilingPerHour: number,
  likelyPerHour: (start: EpochMs) => number,
): GapFill {
  let [likely, most] = [0n, 0n]
  for (const gap of usage.gaps) {
    const hours = gap.seconds / 3_600
    const length = (gap.to - gap.from) / HOUR
    let usual = 0
    for (let at = gap.from; at < gap.to; at += HOUR) usual += likelyPerHour(at) * (hours / length)
    const ceiling = BigInt(Math.ceil(ceilingPerHour * hours))
    const bound = gap.atMost !== null && gap.atMost < ceiling ? gap.atMost : ceiling
    // what is counted of it already is a part of what its hours usually carry
    const filled = BigInt(Math.round(Math.max(0, usual - Number(gap.counted ?? 0n))))
    most += bound
    likely += filled < bound ? filled : bound
  }
  return { p10: 0n, p50: likely, p90: most }
}

/** The busiest hour that is known before `now`: the upper bound for the hours of a gap. */
export function busiestHour(series: HourSeries, now: number): number {
  let most = 0
  for (let i = 0; i < now; i++) most = Math.max(most, series.bytes[i] || 0)
  return most
}

/** Returns the bytes that an hour usually carries: the week's profile at the recent level; 0 if the four weeks of the profile are unknown. */
export function usualHour(series: HourSeries, now: number): (start: EpochMs) => number {
  const profile = weekProfile(series, now)
  // an unknown hour has the mean of all four weeks, so that one NaN means that none of their hours is known
  if (profile.some(Number.isNaN)) return () => 0
  const level = levelAgainst(series, profile, now)
  return (start) => level * (profile[hourOfWeek(series, Math.round((start - series.start) / HOUR))] ?? 0)
}

/** A month's bytes: what was measured, what gaps may hide, and what is to come. Its low end never lies under what was measured. */
export function monthBytes(usage: BilledUsage, gaps: GapFill, rest: Band<number>): Band<bigint> {
  const sum = (of: keyof Band<number>) => usage.bytes + gaps[of] + BigInt(Math.round(rest[of]))
  return { p10: sum('p10'), p50: sum('p50'), p90: sum('p90') }
}
