import type { UptimeLength } from '../ui/preferences-values.ts'
import type { Column, ExportedColumn } from '../ui/table/features.ts'
import { nothing } from '../ui/table/nothing.tsx'
import { UptimeBars, UptimeSkeleton } from './uptime-bars.tsx'
import { periodAvailability, type Day, dayCounts } from './uptime-text.ts'
import type { DaysRead } from './use-uptime.ts'

const isRead = (days: DaysRead): days is readonly Day[] => Array.isArray(days)

/** Percent with four digits after the point. @param round down what is at least, up what is at most */
const percent = (share: number, round: (value: number) => number) => round(share * 1e6) / 1e4

/** As wide as the bars, or as two bounds below them: the columns keep their places when they come. */
const leastWidths: Record<UptimeLength, string> = { 30: 'min-w-39', 90: 'min-w-49' }

/**
 * The column of bars of a list, sorted by what was certainly up.
 * @param of the days of a row
 * @param isBrief bars alone, in rows of one line
 */
export function uptimeColumn<Row>(length: UptimeLength, of: (row: Row) => DaysRead, isBrief = false): Column<Row> {
  const known = (row: Row) => {
    const days = of(row)
    return isRead(days) ? days : null
  }
  const share = (row: Row) => periodAvailability(known(row) ?? [])
  const shared = (
    words: string,
    pick: 'atLeast' | 'atMost',
    round: (value: number) => number,
  ): ExportedColumn<Row> => ({
    header: `${words}, of what was observed in ${length} days (%)`,
    value: (row) => {
      const bounds = share(row)
      return bounds && percent(bounds[pick], round)
    },
  })
  const counted = (header: string, pick: keyof ReturnType<typeof dayCounts>): ExportedColumn<Row> => ({
    header,
    value: (row) => {
      const days = known(row)
      return days && dayCounts(days)[pick]
    },
  })
  return {
    id: 'uptime',
    header: `${length} days`,
    ...(!isBrief && { className: leastWidths[length] }),
    keep: true,
    priority: 2,
    value: (row) => share(row)?.atLeast ?? null,
    exported: [
      shared('Up at least', 'atLeast', Math.floor),
      shared('Up at most', 'atMost', Math.ceil),
      counted('Days with an outage', 'down'),
      counted('Days without data', 'unknown'),
    ],
    cell: (row) => <UptimeCell days={of(row)} length={length} isBrief={isBrief} />,
  }
}

/** Bars of one resource, or why there are none. */
function UptimeCell({ days, length, isBrief }: { days: DaysRead; length: UptimeLength; isBrief: boolean }) {
  if (days === 'loading') return <UptimeSkeleton length={length} isBrief={isBrief} />
  if (days === 'failed') return <span className="text-xs text-ink-3">could not be read</span>
  return days === null ? nothing : <UptimeBars days={days} isBrief={isBrief} />
}
