import { formatUtcMinuteOfDay } from '#lib/contract/time/dates.ts'
import type { PollCounts, PollSummary } from '#lib/setup/api/index.ts'
import { formatCountWithSeparators } from '../format/quantity.ts'

const matters = {
  failing: 'failing',
  notPolled: 'not polled yet',
  late: 'late',
  vmOff: 'not polled: VM is off',
  notGiven: 'without routes, because Azure gives none',
} as const

/** Summarizes polls: `109 of 113 polls fresh, 2 failing, 1 late`. Each poll counts once. */
export function formatPollCounts({ stoppedAt: _, ...all }: PollSummary): string {
  const counts = { ...all, late: all.late + all.stale }
  const parts = (Object.keys(matters) as (keyof typeof matters)[]).flatMap((matter) =>
    counts[matter] > 0 ? [`${formatCountWithSeparators(counts[matter])} ${matters[matter]}`] : [],
  )
  return [`${formatFresh(all)} polls fresh`, ...parts].join(', ')
}

const formatFresh = (counts: PollCounts) =>
  `${formatCountWithSeparators(counts.fresh)} of ${formatCountWithSeparators(Object.values(counts).reduce((sum, count) => sum + count, -counts.vmOff - counts.notGiven))}`

/**
 * Summarizes polls for the top bar, with the worst problem: `109/113 fresh, 2 failing`, `LATE 109/113 fresh`. A poll
 * that has never run yet does not count as a problem. If all polls stopped, the text names the last success instead of
 * the number of polls that are still fresh: `LATE since 17:02 UTC: no poll succeeded`.
 * @param now time at which the text is read; the text contains a date only if it is on another day
 */
export function formatPollCountsChip(
  { stoppedAt, ...counts }: PollSummary,
  now: number,
): { tone: 'up' | 'degraded' | 'down'; words: string } {
  if (stoppedAt !== null)
    return { tone: 'degraded', words: `LATE since ${formatUtcMinuteOfDay(stoppedAt, now)}: no poll succeeded` }
  const words = `${formatFresh(counts).replace(' of ', '/')} fresh`
  if (counts.failing > 0)
    return { tone: 'down', words: `${words}, ${formatCountWithSeparators(counts.failing)} failing` }
  return counts.late + counts.stale > 0 ? { tone: 'degraded', words: `LATE ${words}` } : { tone: 'up', words }
}
