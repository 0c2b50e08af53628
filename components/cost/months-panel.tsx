import { useMemo } from 'react'
import { type CsvColumns, toCsvRows } from '#lib/contract/csv.ts'
import type { CostProjection } from '#lib/cost/api/index.ts'
import { createLazyPlot } from '../charts/plot/lazy-plot.tsx'
import { buildPlotDownloads } from '../charts/plot/plot-files.ts'
import { PlotFrame } from '../charts/plot/plot-frame.tsx'
import type { LegendEntry } from '../charts/plot/plot-legend.tsx'
import { EmptyNote } from '../ui/answer-view.tsx'
import { CollapsiblePanel } from '../ui/fold-panel.tsx'
import { formatCurveTitle } from './curve/cost-curve-panel.tsx'
import { CircuitDetail } from './review/circuit-detail.tsx'
import type { CostReviewRow } from './review/review-rows.ts'
import { buildMonthColumns, describeForecastMonth } from './months-columns.ts'

const MonthsPlot = createLazyPlot(() => import('./months-plot.tsx'))

const formatTitle = (name: string) => `12-month forecast of ${name}`

/** Shows a forecast of 12 months on the current plan: each month's bytes with bounds, the break-even, and the cost. */
export const CostMonthsPanel = ({ projection }: { projection: CostReviewRow }) => (
  <CollapsiblePanel
    id="months"
    title={formatTitle(projection.name)}
    note="bytes and cost of each month on the current plan, damped trend"
    className="print:hidden"
  >
    <CircuitDetail row={projection} errorPanel={formatCurveTitle(projection.name)}>
      {(full) => <Chart projection={full} />}
    </CircuitDetail>
  </CollapsiblePanel>
)

function Chart({ projection }: { projection: CostProjection }) {
  const { name, twelveMonths, breakEvenBytes, forecastBasis, unpricedBecause } = projection
  const columns = useMemo(() => buildMonthColumns({ twelveMonths }), [twelveMonths])
  const [first, last] = [columns[0], columns.at(-1)]
  if (!first || !last) return <EmptyNote title="No forecast">{unpricedBecause ?? forecastBasis}</EmptyNote>
  const breakEven = breakEvenBytes === null ? null : Number(breakEvenBytes)
  const label = formatTitle(name)
  const files = buildPlotDownloads({
    what: label,
    name: `12-months-${name}`,
    range: { from: new Date(first.from).toISOString(), to: new Date(last.to).toISOString() },
    // billing months begin and end in UTC
    zone: 'UTC',
    note: 'line: likely bytes, band: p10 to p90',
    rows: () => toCsvRows(fileColumns, twelveMonths),
  })
  return (
    <PlotFrame
      label={label}
      files={files}
      isTableShown
      className="h-60"
      domain={[first.from, last.to]}
      stops={columns}
      read={(index) => describeForecastMonth(columns[index], breakEven)}
      legend={LEGEND}
    >
      <MonthsPlot columns={columns} breakEven={breakEven} />
    </PlotFrame>
  )
}

const LEGEND: LegendEntry[] = [
  { name: 'likely bytes', shape: 'line', ink: 'series-1', keys: ['likely'] },
  { name: 'p10 to p90', shape: 'band', ink: 'series-1', keys: ['band'] },
]

const fileColumns: CsvColumns<CostProjection['twelveMonths'][number]> = {
  Month: ({ month }) => month,
  'Bytes p10': ({ bytes }) => bytes.p10,
  'Bytes p50': ({ bytes }) => bytes.p50,
  'Bytes p90': ({ bytes }) => bytes.p90,
  'Cost p10': ({ cost }) => cost.p10.amount,
  'Cost p50': ({ cost }) => cost.p50.amount,
  'Cost p90': ({ cost }) => cost.p90.amount,
  Currency: ({ cost }) => cost.p50.currency,
}
