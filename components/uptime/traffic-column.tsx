import { RatesChart, type RateSeriesSteps } from '../charts/rates-chart.tsx'
import { formatBitRate, formatFractionAsPercent } from '../format/quantity.ts'
import type { DataTableColumn } from '../ui/table/table-columns.ts'
import { missingValueDash } from '../ui/table/missing-value-dash.tsx'
import type { ResourceReadState } from './resource-read-state.ts'

type Rates = readonly (number | null)[]

/**
 * Traffic of a resource: mean rates of half hours over 24 hours, bit/s. For a circuit, `above` is to Azure and `below`
 * from Azure. For a gateway, `above` contains both directions together.
 */
export interface DayTraffic extends RateSeriesSteps {
  above: Rates
  below?: Rates
}

/** Traffic of a table row; null = Azure or the polls never reported any. */
type TrafficRead = ResourceReadState<DayTraffic>

/** Returns the highest half-hour mean in either direction, bit/s; null = unknown. */
function peakOf(traffic: TrafficRead): number | null {
  if (traffic === null || typeof traffic === 'string') return null
  const known = [...traffic.above, ...(traffic.below ?? [])].filter((rate) => rate !== null)
  return known.length === 0 ? null : Math.max(...known)
}

/**
 * Returns a table column with the traffic of 24 hours: a small chart, and the peak as a share of one path's bandwidth.
 * One path is the reference, because it must carry all traffic if the other path fails.
 * @param bandwidthOf returns the bandwidth of one path in bit/s, null = unknown; undefined = the rows have no bandwidth
 */
export function createTrafficColumn<Row>(
  of: (row: Row) => TrafficRead,
  bandwidthOf?: (row: Row) => number | null,
): DataTableColumn<Row> {
  const share = (row: Row) => {
    const [peak, bandwidth] = [peakOf(of(row)), bandwidthOf?.(row) ?? null]
    return peak === null || bandwidth === null || bandwidth === 0 ? null : peak / bandwidth
  }
  return {
    id: 'traffic',
    header: 'Traffic, 24 h',
    // The column has a fixed minimum width for the text below the chart, so that the columns do not move when the text
    // is loaded.
    className: bandwidthOf ? 'min-w-41' : 'min-w-30',
    keep: true,
    priority: 3,
    value: (row) => peakOf(of(row)),
    exported: [
      { header: 'Highest half-hour rate of 24 hours (bit/s)', value: (row) => peakOf(of(row)) },
      ...(bandwidthOf
        ? [
            {
              header: 'Highest half-hour rate of 24 hours, of one path (%)',
              value: (row: Row) => {
                const known = share(row)
                return known === null ? null : Math.round(known * 1e4) / 100
              },
            },
          ]
        : []),
    ],
    cell: (row) => <TrafficCell traffic={of(row)} share={share(row)} />,
  }
}

/**
 * Returns ` in 2 h` (the length of the observed time) if less than half of the day was observed, because the peak then
 * covers only that time. Otherwise returns ''.
 */
function formatSeen({ above, below }: DayTraffic): string {
  const known = above.filter((rate, step) => rate !== null || (below?.[step] ?? null) !== null).length
  return known < above.length / 2 ? ` in ${Math.ceil(known / 2)} h` : ''
}

function TrafficCell({ traffic, share }: { traffic: TrafficRead; share: number | null }) {
  // The placeholder has a key of its own. Otherwise React would reuse its element for the chart, and the browser would
  // report a layout shift.
  if (traffic === 'loading') return <span key="skeleton" className="skeleton block h-[2.275rem] w-26" />
  if (traffic === 'failed') return <span className="text-xs text-ink-3">could not be read</span>
  if (traffic === null) return missingValueDash
  const peak = peakOf(traffic)
  const peakLabels =
    peak === null
      ? null
      : [formatBitRate(peak), ...(share === null ? [] : [`${formatFractionAsPercent(share)} of one path`])].join(', ')
  const directions = traffic.below ? ', to Azure above and from Azure below' : ''
  return (
    <span className="flex w-fit flex-col gap-0.5">
      <RatesChart
        steps={traffic}
        above={traffic.above}
        {...(traffic.below && { below: traffic.below })}
        most={peak ?? 0}
        className="h-4 w-26"
        title={
          peakLabels === null
            ? 'Traffic of 24 hours is not known'
            : `Traffic of 24 hours${directions}, at most ${peakLabels}`
        }
      />
      <span aria-hidden className="text-xs whitespace-nowrap tabular-nums text-ink-2">
        {peak === null
          ? 'not known'
          : `peak ${share === null ? formatBitRate(peak) : `${formatFractionAsPercent(share)} of one path`}${formatSeen(traffic)}`}
      </span>
    </span>
  )
}
