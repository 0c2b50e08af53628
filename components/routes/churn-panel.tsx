'use client'

import { useState } from 'react'
import type { RouteChurnView } from '#lib/contract/index.ts'
import { HatchBands } from '../charts/hatch-bands.tsx'
import { Scrubber } from '../charts/scrubber.tsx'
import { TimeAxis } from '../charts/time-axis.tsx'
import { useEndpoint } from '../data/index.ts'
import { formatMoment, zoneLabel } from '../format/instant.ts'
import { formatCount, plural } from '../format/quantity.ts'
import { DataGaps } from '../time/data-gaps.tsx'
import { rangeWords, type TimeRange } from '../time/range.ts'
import { AnswerView } from '../ui/answer-view.tsx'
import { useNow, useNowInSteps } from '../ui/clock.tsx'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { AsOf } from '../ui/time.tsx'
import { churnSeries, churnTotals } from './churn-series.ts'
import type { Cursors } from './use-cursors.ts'

type Point = RouteChurnView['points'][number]

/** Route churn over a time range. A click on a bar sets the time of the view below. */
export function ChurnPanel({ range, scope, cursors }: { range: TimeRange; scope: string | null; cursors: Cursors }) {
  const churn = useEndpoint('routes/churn', { scope, from: range.from, to: range.to })
  const now = useNowInSteps(10_000)
  const zone = useZone()
  return (
    <Panel
      title="Route churn"
      note={<span suppressHydrationWarning>{rangeWords(range, zone, now)}</span>}
      aside={churn.data && <AsOf asOf={churn.data.asOf} freshness={churn.data.freshness} pinned={range.to !== null} />}
    >
      <AnswerView query={churn} skeleton={<div className="skeleton h-[9.5rem]" />}>
        {({ data, uncovered }) => (
          <>
            <ChurnBars churn={data} cursors={cursors} />
            {uncovered && uncovered.length > 0 && (
              <details className="mt-2 text-xs text-ink-2">
                <summary className="w-fit rounded-xs">Gaps in data</summary>
                <DataGaps intervals={uncovered} most={12} />
              </details>
            )}
          </>
        )}
      </AnswerView>
    </Panel>
  )
}

const seriesInk = { announced: 'fill-series-1', changed: 'fill-series-2', withdrawn: 'fill-series-3' }
const swatches = { announced: 'bg-series-1', changed: 'bg-series-2', withdrawn: 'bg-series-3' }
type Name = keyof typeof seriesInk

function ChurnBars({ churn, cursors }: { churn: RouteChurnView; cursors: Cursors }) {
  const [active, setActive] = useState<number | null>(null)
  const zone = useZone()
  const now = useNow()
  const { points, stepSeconds } = churn
  const from = Date.parse(churn.from)
  const end = from + points.length * stepSeconds * 1000
  const series = churnSeries(churn, Math.min(Date.parse(churn.to), now))
  const endOf = (point: Point) => Date.parse(point.start) + stepSeconds * 1000
  const pick = (index: number) => {
    const point = points[index]
    if (point) cursors.onPick(endOf(point))
  }
  const spanOf = (point: Point) =>
    `${formatMoment(Date.parse(point.start), zone, now)} – ${formatMoment(endOf(point), zone, Date.parse(point.start))} ${zoneLabel(from, zone)}`
  const shown = active === null ? null : points[active]
  const counts = shown ?? churnTotals(points)
  const placed = cursors.moments.map((at) => ((at - from) / (end - from)) * 100)
  return (
    <div>
      <div className="mb-2 flex min-h-5 flex-wrap items-baseline gap-x-4 gap-y-1 text-xs">
        {(['announced', 'changed', 'withdrawn'] as const).map((name: Name) => (
          <span key={name} className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <span aria-hidden className={`size-2.5 rounded-xs ${swatches[name]}`} />
            <span className="font-mono text-sm">{formatCount(counts[name])}</span> {name}
          </span>
        ))}
        <span className="ml-auto text-ink-3" suppressHydrationWarning>
          {shown
            ? `${spanOf(shown)}${seenWords(shown, Math.min(stepSeconds, (now - Date.parse(shown.start)) / 1000))}`
            : `bars of ${stepWords(stepSeconds)}; ${cursors.hint}`}
        </span>
      </div>
      <Scrubber
        label="Time of the tables, on the churn chart"
        count={points.length}
        active={active}
        onActive={setActive}
        onPick={pick}
        textOf={(index) => {
          const point = points[index]
          if (!point) return 'nothing'
          return `${spanOf(point)}: ${point.announced} announced, ${point.changed} changed, ${point.withdrawn} withdrawn${seenWords(point, stepSeconds)}`
        }}
        className="h-24 rounded-sm bg-sunken/60"
      >
        <HatchBands runs={series.unseen} count={points.length} />
        <HatchBands runs={series.partlySeen} count={points.length} faint />
        <svg
          aria-hidden="true"
          viewBox={`0 0 ${points.length} 100`}
          preserveAspectRatio="none"
          className="pointer-events-none absolute inset-0 size-full"
        >
          <path d={series.announced} className={seriesInk.announced} />
          <path d={series.changed} className={seriesInk.changed} />
          <path d={series.withdrawn} className={seriesInk.withdrawn} />
        </svg>
        <span aria-hidden className="pointer-events-none absolute inset-x-0 top-1/2 border-t border-line-strong" />
        <span aria-hidden className="pointer-events-none absolute top-0.5 left-1 text-2xs text-ink-3">
          {formatCount(series.most)} announced or changed
        </span>
        <span aria-hidden className="pointer-events-none absolute bottom-0.5 left-1 text-2xs text-ink-3">
          {formatCount(series.most)} withdrawn
        </span>
        {placed.map((share, index) =>
          share >= 0 && share <= 100 ? (
            <span
              // A stays before B
              key={index}
              aria-hidden
              data-cursor
              className="pointer-events-none absolute inset-y-0 -ml-px border-l-2 border-ink"
              style={{ left: `${share}%` }}
            />
          ) : null,
        )}
      </Scrubber>
      <TimeAxis from={from} to={end} />
    </div>
  )
}

const seenWords = ({ coveredSeconds }: Point, length: number): string => {
  if (coveredSeconds === 0) return ', no data'
  return coveredSeconds < length * 0.99 - 1 ? ', partial data' : ''
}

/** A step's length in words: minutes, hours or days, else seconds. */
function stepWords(seconds: number): string {
  if (seconds % 86_400 === 0) return plural(seconds / 86_400, 'day')
  if (seconds % 3600 === 0) return plural(seconds / 3600, 'hour')
  return seconds % 60 === 0 ? plural(seconds / 60, 'minute') : plural(seconds, 'second')
}
