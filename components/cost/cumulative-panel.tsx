'use client'

import dynamic from 'next/dynamic'
import type { CostProjection } from '#lib/contract/index.ts'
import { type PlotFiles, PlotFrame } from '../charts/plot/plot-frame.tsx'
import { useEndpoint } from '../data/index.ts'
import { formatBytes, plural } from '../format/quantity.ts'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { useNowInSteps } from '../ui/clock.tsx'
import { Panel } from '../ui/panel.tsx'
import { csvOf } from '../ui/table/exported.ts'
import { CircuitSelect } from './circuit-select.tsx'
import { type CumulativeLine, cumulativeLine } from './cumulative-line.ts'
import { cumulativePoints } from './cumulative-points.ts'

const A_MINUTE_MS = 60_000

const CumulativePlot = dynamic(() => import('./cumulative-plot.tsx'), { ssr: false })

/** Cumulative billed bytes of the month, the forecast, and the break-even above which Unlimited is cheaper. */
export function CumulativePanel({
  projection,
  circuits,
  onCircuit,
}: {
  projection: CostProjection
  circuits: readonly CostProjection[]
  onCircuit: (id: string) => void
}) {
  const { circuitId, month, name } = projection
  const now = useNowInSteps(A_MINUTE_MS)
  const to = Math.min(Date.parse(month.to), now)
  const query = useEndpoint('circuits/{id}/usage', {
    id: circuitId,
    from: month.from,
    to: to === now ? null : month.to,
    step: 'hour',
    path: null,
  })
  return (
    <Panel
      title={`Billed bytes of ${name}`}
      note="from Azure, both paths, cumulative over the month"
      aside={<CircuitSelect circuits={circuits} circuitId={circuitId} onCircuit={onCircuit} />}
    >
      <AnswerView query={query} skeleton={<SkeletonRows rows={4} />}>
        {({ data }) => <Chart line={cumulativeLine(projection, data.points, now)} projection={projection} />}
      </AnswerView>
    </Panel>
  )
}

function Chart({ line, projection }: { line: CumulativeLine; projection: CostProjection }) {
  return (
    <figure>
      <PlotFrame
        label={`Billed bytes of ${projection.name}`}
        files={filesOf(line, projection)}
        className="h-60 print:h-44"
      >
        <CumulativePlot line={line} />
      </PlotFrame>
      <figcaption className="mt-2 text-xs text-ink-2">{words(projection)}</figcaption>
    </figure>
  )
}

function filesOf(line: CumulativeLine, { name, month }: CostProjection): PlotFiles {
  const title = `billed bytes of ${name}`
  const view = () => ({ title, time: month, address: window.location.href, now: Date.now() })
  const rows = () =>
    cumulativePoints(line).map(({ at, measured, likely, band }) => [
      iso(at),
      measured,
      band?.[0] ?? null,
      likely,
      band?.[1] ?? null,
    ])
  const header = [
    'Time (UTC)',
    'Billed so far (bytes)',
    'Forecast p10 (bytes)',
    'Forecast p50 (bytes)',
    'Forecast p90 (bytes)',
  ]
  return {
    title: `Peerwatch: ${title}`,
    detail: `${day(month.from)} to ${day(month.to)}, UTC; full line: measured, broken line and band: forecast`,
    name: `peerwatch-billed-bytes-${name}-${month.from.slice(0, 7)}`,
    csv: () => csvOf([header, ...rows()], view()),
  }
}

const iso = (at: number): string => new Date(at).toISOString()
const day = (instant: string): string => instant.slice(0, 10)

/** The chart's description. */
function words({ billedBytesToDate, forecast, breakEvenBytes, forecastBasis, gaps }: CostProjection): string {
  const soFar = `${formatBytes(billedBytesToDate)} so far (full line)`
  const ahead = forecast
    ? `, likely ${formatBytes(forecast.p50)} at the end of the month (broken line), between ${formatBytes(forecast.p10)} and ${formatBytes(forecast.p90)} (band)`
    : ''
  const even =
    breakEvenBytes === null ? '' : ` Above ${formatBytes(breakEvenBytes)} (dotted line) Unlimited is the cheaper plan.`
  return `${soFar}${ahead}.${even}${gapWords(gaps)} ${forecastBasis}`
}

/** Gaps are not filled in; their bytes are bounded. */
function gapWords(gaps: CostProjection['gaps']): string {
  if (gaps.length === 0) return ''
  const hours = gaps.reduce((sum, { seconds }) => sum + seconds, 0) / 3_600
  const bounds = gaps.map(({ atMostBytes }) => atMostBytes)
  const most = bounds.every((bound) => bound !== null) ? bounds.reduce((sum, bound) => sum + BigInt(bound), 0n) : null
  const atMost = most === null ? '' : `; between 0 and ${formatBytes(String(most))} passed in that time`
  return ` ${hours < 1 ? 'Under an hour' : `${Math.round(hours)} h`} in ${plural(gaps.length, 'gap')} (hatched) not measured${atMost}.`
}
