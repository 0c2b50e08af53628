import type { ShiftHandover } from '#lib/incidents/api/index.ts'
import { formatPollKind } from '#lib/contract/words/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'

type Interval = ShiftHandover['gaps'][number]

/**
 * Group of gaps in polling that have the same reason and overlap almost completely. For example, a stopped worker
 * process causes such gaps of many polls.
 */
export interface PollGap {
  outcome: Interval['outcome']
  /** start of the first gap, epoch milliseconds; `to` is the end of the last gap */
  from: number
  to: number
  intervals: readonly [Interval, ...Interval[]]
}

/**
 * Minimum overlap of two gaps in the same group, as a share of the longer gap. Gaps with the same cause do not overlap
 * completely, because their polls ran at different times.
 */
const COMMON_SHARE = 0.8

/** Maximum number of groups of polling gaps that are listed, longest first. */
export const MAX_SHOWN_POLL_GAPS = 20

/** Returns the length of a group of gaps in milliseconds. */
export const getPollGapLengthMs = ({ from, to }: PollGap): number => to - from

/** Groups gaps that have the same reason and overlap almost completely. The longest group is first. */
export function groupPollGaps(gaps: readonly Interval[]): PollGap[] {
  const groups: PollGap[] = []
  for (const interval of gaps) {
    const [from, to] = timesOf(interval)
    const index = groups.findIndex(
      ({ outcome, intervals: [longest] }) => outcome === interval.outcome && isAbout(timesOf(longest), [from, to]),
    )
    const group = groups[index]
    if (!group) groups.push({ outcome: interval.outcome, from, to, intervals: [interval] })
    else
      groups[index] = {
        ...group,
        from: Math.min(group.from, from),
        to: Math.max(group.to, to),
        intervals: [...group.intervals, interval],
      }
  }
  return groups.toSorted((a, b) => getPollGapLengthMs(b) - getPollGapLengthMs(a))
}

const timesOf = ({ from, to }: Interval): [number, number] => [Date.parse(from), Date.parse(to)]

function isAbout([from, to]: [number, number], [otherFrom, otherTo]: [number, number]): boolean {
  const common = Math.min(to, otherTo) - Math.max(from, otherFrom)
  return common >= COMMON_SHARE * Math.max(to - from, otherTo - otherFrom)
}

/** Returns the names of a group's resources without duplicates: `erc-london, erc-amsterdam and 4 more`. */
export function formatPollGapResources({ intervals }: PollGap, shown = 3): string {
  const names = [...new Set(intervals.map(({ scopeName }) => scopeName))]
  if (names.length <= shown) return names.join(', ')
  return `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`
}

/**
 * Returns the name of the affected poll for a group with one gap (`ARP`), otherwise the number of polls (`12 polls`).
 */
export function formatPollGapPolls({ intervals }: PollGap): string {
  return intervals.length === 1
    ? formatPollKind(intervals[0].kind)
    : formatCountWithPlural(intervals.length, 'poll', 'polls')
}
