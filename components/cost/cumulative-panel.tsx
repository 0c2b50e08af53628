'use client'

import type { CostProjection } from '#lib/contract/index.ts'
import { TimeAxis } from '../charts/time-axis.tsx'
import { useEndpoint } from '../data/index.ts'
import { formatBytes, plural } from '../format/quantity.ts'
import { AnswerView, SkeletonRows } from '../ui/answer-view.tsx'
import { useNowInSteps } from '../ui/clock.tsx'
import { Panel } from '../ui/panel.tsx'
import { CircuitSelect } from './circuit-select.tsx'
import { byteTicks, type CumulativeLine, cumulativeLine } from './cumulative-line.ts'

const A_MINUTE_MS = 60_000
const [WIDTH, HEIGHT] = [1_000, 220]

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
  const { from, to, measured, end, breakEven, most, gaps } = line
  const x = (at: number) => ((at - from) / (to - from)) * WIDTH
  const y = (bytes: number) => HEIGHT - (bytes / most) * HEIGHT
  const path = measured.map(({ at, bytes }, i) => `${i === 0 ? 'M' : 'L'}${x(at).toFixed(1)} ${y(bytes).toFixed(1)}`)
  const last = measured.at(-1)
  const shownEven = breakEven !== null && breakEven <= most
  return (
    <figure className="pl-14">
      <div className="relative">
        {[0, ...byteTicks(most)].map((bytes) => (
          <span
            key={bytes}
            aria-hidden="true"
            className="pointer-events-none absolute inset-x-0 border-t"
            style={{ top: `${(y(bytes) / HEIGHT) * 100}%` }}
          >
            <span className="absolute right-full mr-2 -translate-y-1/2 font-mono text-2xs whitespace-nowrap text-ink-3">
              {bytes === 0 ? '0' : formatBytes(String(bytes))}
            </span>
          </span>
        ))}
        {gaps.map((gap) => (
          <span
            key={gap.from}
            aria-hidden="true"
            className="hatch pointer-events-none absolute inset-y-0 min-w-px"
            style={{ left: `${x(gap.from) / 10}%`, width: `${(x(gap.to) - x(gap.from)) / 10}%` }}
          />
        ))}
        <svg
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="relative block h-52 w-full"
          role="img"
          aria-label={words(projection)}
        >
          {last && end && last.at < to && (
            <>
              <polygon
                className="fill-series-1 opacity-20"
                points={`${x(last.at)},${y(last.bytes)} ${WIDTH},${y(end.p90)} ${WIDTH},${y(end.p10)}`}
              />
              <line
                className="stroke-series-1"
                strokeDasharray="6 4"
                strokeWidth={1.5}
                vectorEffect="non-scaling-stroke"
                x1={x(last.at)}
                y1={y(last.bytes)}
                x2={WIDTH}
                y2={y(end.p50)}
              />
            </>
          )}
          <path
            d={path.join(' ')}
            className="fill-none stroke-series-1"
            strokeWidth={2}
            vectorEffect="non-scaling-stroke"
          />
          {shownEven && (
            <line
              className="stroke-ink-2"
              strokeDasharray="2 3"
              strokeWidth={1.5}
              vectorEffect="non-scaling-stroke"
              x1={0}
              x2={WIDTH}
              y1={y(breakEven)}
              y2={y(breakEven)}
            />
          )}
        </svg>
      </div>
      <TimeAxis from={from} to={to} />
      <figcaption className="mt-2 -ml-14 text-xs text-ink-2">{words(projection)}</figcaption>
    </figure>
  )
}

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
