import { findWorstAvailability } from '#lib/contract/up-share.ts'
import { computeLowestShare } from '#lib/contract/words/up-share.ts'
import type { UptimeDayCount } from '../ui/preferences-values.ts'
import type { DataTableColumn, ExportedColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import { UptimeBarsWithAvailability, UptimeBarsPlaceholder } from './uptime-bars.tsx'
import { countDaysByTone, formatUptimeLosses } from './uptime-text.ts'
import { type DailyUptimeOrLoadingState, isUptimeRead } from './use-uptime.ts'

/**
 * Converts a share to percent with four decimal places.
 * @param round rounding function: down for a minimum, up for a maximum
 */
const percent = (share: number, round: (value: number) => number) => round(share * 1e6) / 1e4

/**
 * CSS class with the minimum width of the column, so that the columns do not move when the bars and the text below them
 * are loaded.
 */
const MIN_WIDTH = 'min-w-58'

/**
 * Returns a table column with uptime bars. The column sorts by the lower bound of the availability that it shows: the
 * availability of the resource's worst layer, or the availability of a single peering if it is lower.
 * @param of returns the uptime of a row
 * @param isBrief whether to show only the bars, for rows with one line of text
 */
export function createUptimeColumn<Row>(
  length: UptimeDayCount,
  of: (row: Row) => DailyUptimeOrLoadingState,
  isBrief = false,
): DataTableColumn<Row> {
  const known = (row: Row) => {
    const read = of(row)
    return isUptimeRead(read) ? read : null
  }
  const worst = (row: Row) => {
    const view = known(row)
    return view && findWorstAvailability(view.times)
  }
  const share = (row: Row) => worst(row)?.share ?? null
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
  const counted = (header: string, pick: keyof ReturnType<typeof countDaysByTone>): ExportedColumn<Row> => ({
    header,
    value: (row) => {
      const view = known(row)
      return view && countDaysByTone(view.days)[pick]
    },
  })
  return {
    id: 'uptime',
    header: `${length} days`,
    ...(!isBrief && { className: MIN_WIDTH }),
    keep: true,
    priority: 2,
    value: (row) => {
      const view = known(row)
      return view && computeLowestShare(view)
    },
    exported: [
      shared('Up at least', 'atLeast', Math.floor),
      shared('Up at most', 'atMost', Math.ceil),
      { header: 'Measured by', value: (row) => worst(row)?.layer ?? null },
      {
        header: 'Losses',
        value: (row) => {
          const view = known(row)
          return view && (formatUptimeLosses(view.losses) || null)
        },
      },
      counted('Days with an outage', 'down'),
      counted('Days without data', 'unknown'),
    ],
    cell: (row) => <UptimeCell uptime={of(row)} length={length} isBrief={isBrief} />,
  }
}

/** Uptime bars of one resource, or the reason why there are none. */
function UptimeCell({
  uptime,
  length,
  isBrief,
}: {
  uptime: DailyUptimeOrLoadingState
  length: UptimeDayCount
  isBrief: boolean
}) {
  if (uptime === 'loading') return <UptimeBarsPlaceholder length={length} isBrief={isBrief} />
  if (uptime === 'failed') return <span className="text-xs text-ink-3">could not be read</span>
  return uptime === null ? missingValueDash : <UptimeBarsWithAvailability uptime={uptime} isBrief={isBrief} />
}
