'use client'

import { useMemo, useState } from 'react'
import type { UsageAnswer } from '#lib/contract/index.ts'
import { HatchBands } from '../charts/hatch-bands.tsx'
import { Scrubber } from '../charts/scrubber.tsx'
import { TimeAxis } from '../charts/time-axis.tsx'
import { formatMoment, zoneLabel } from '../format/instant.ts'
import { formatBandwidth, formatBitRate, formatShare } from '../format/quantity.ts'
import { useNowInSteps } from '../ui/clock.tsx'
import { useZone } from '../ui/preferences.tsx'
import { chartTop, highestOf, steppedPath, type UsageColumn, usageColumns, usageRuns } from './usage-series.ts'
import { stepWords } from './usage-words.ts'

const directions = [
  { name: 'To Azure', of: (column: UsageColumn) => column.in, swatch: 'bg-series-2' },
  { name: 'From Azure (billed)', of: (column: UsageColumn) => column.out, swatch: 'bg-series-1' },
] as const

/** Traffic over time against one path's bandwidth. Gaps are hatched, never zero; each point is reachable by keyboard. */
export function UsageChart({
  usage,
  end,
  bandwidthMbps,
  toBandwidth,
  label,
}: {
  usage: UsageAnswer
  /** epoch milliseconds */
  end: number
  bandwidthMbps: number | null
  toBandwidth: boolean
  label: string
}) {
  const [active, setActive] = useState<number | null>(null)
  const columns = useMemo(() => usageColumns(usage, end), [usage, end])
  const bandwidth = bandwidthMbps === null ? null : bandwidthMbps * 1e6
  const top = chartTop(highestOf(columns), bandwidth, toBandwidth)
  const runs = useMemo(() => usageRuns(columns), [columns])
  const read = useReader(columns, bandwidth)
  const begin = columns[0]?.start ?? end
  const last = columns.at(-1)?.end ?? end
  const shown = active === null ? null : columns[active]
  return (
    <div>
      <div className="mb-2 flex min-h-10 flex-wrap items-baseline gap-x-5 gap-y-1 text-xs">
        {directions.map(({ name, of, swatch }) => (
          <span key={name} className="inline-flex items-center gap-1.5 whitespace-nowrap">
            <span aria-hidden className={`size-2.5 rounded-xs ${swatch}`} />
            <span className="text-ink-2">{name}</span>
            <span className="font-mono text-sm">{rateWords(shown ? of(shown) : highest(columns, of))}</span>
          </span>
        ))}
        <span className="ml-auto text-ink-3" suppressHydrationWarning>
          {shown ? read.moment(shown) : `peak of the ${stepWords(usage.step)} averages`}
        </span>
      </div>
      <div className="pl-15">
        <Scrubber
          label={label}
          count={columns.length}
          active={active}
          onActive={setActive}
          textOf={(index) => read.sentence(columns[index])}
          className="mt-3 h-56 rounded-sm"
        >
          <Grid top={top} whole={bandwidth !== null && bandwidth <= top ? bandwidth : top} />
          <HatchBands runs={runs.unseen} count={columns.length} />
          <HatchBands runs={runs.partlySeen} count={columns.length} faint />
          <Curves columns={columns} top={top} />
          {bandwidth !== null && <Bandwidth bandwidth={bandwidth} top={top} />}
          {runs.metric.map(({ start, length }) => (
            <span
              key={start}
              aria-hidden
              className="pointer-events-none absolute bottom-0 h-1.5 bg-surface text-series-4"
              style={{ left: `${(start / columns.length) * 100}%`, width: `${(length / columns.length) * 100}%` }}
            >
              <span className="hatch-bar absolute inset-0" />
            </span>
          ))}
          {columns.map(({ atLeast, start }, index) =>
            atLeast ? (
              <span
                key={start}
                aria-hidden
                className="pointer-events-none absolute top-0 -translate-x-1/2 rounded-xs border border-degraded-mark bg-surface px-1 text-2xs"
                style={{ left: `${((index + 0.5) / columns.length) * 100}%` }}
              >
                ≥
              </span>
            ) : null,
          )}
        </Scrubber>
        <TimeAxis from={begin} to={last} />
      </div>
      <Legend
        metric={runs.metric.length > 0}
        unseen={runs.unseen.length > 0}
        partly={runs.partlySeen.length > 0}
        atLeast={columns.some(({ atLeast }) => atLeast)}
      />
    </div>
  )
}

const highest = (columns: readonly UsageColumn[], of: (column: UsageColumn) => number | null) => {
  const known = columns.flatMap((column) => of(column) ?? [])
  return known.length === 0 ? null : Math.max(...known)
}
const rateWords = (rate: number | null) => (rate === null ? 'unknown' : formatBitRate(rate))

/** A point as text. */
function useReader(columns: readonly UsageColumn[], bandwidth: number | null) {
  const zone = useZone()
  const today = useNowInSteps(60_000)
  const moment = (column: UsageColumn) => {
    const { start, end, seen, metric, partlyMetric, atLeast } = column
    const notes = [
      seen === 'none' && 'no data',
      seen === 'part' && 'partial data',
      metric && 'from metrics',
      partlyMetric && 'partly from metrics',
      atLeast && 'lower bound: a counter was reset',
      bandwidth !== null &&
        column.out !== null &&
        column.in !== null &&
        `${formatShare(Math.max(column.in, column.out) / bandwidth)} of one path`,
    ]
    return [
      `${formatMoment(start, zone, today)} – ${formatMoment(end, zone, start)} ${zoneLabel(start, zone)}`,
      ...notes,
    ]
      .filter(Boolean)
      .join(', ')
  }
  const sentence = (column: UsageColumn | undefined) =>
    column === undefined
      ? 'nothing'
      : `${moment(column)}: ${rateWords(column.in)} to Azure, ${rateWords(column.out)} from Azure`
  return { moment, sentence, columns }
}

/** Lines at zero and at the quarters of a round rate, or of the bandwidth. */
function Grid({ top, whole }: { top: number; whole: number }) {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => (
    <span
      key={share}
      aria-hidden
      className="pointer-events-none absolute inset-x-0 border-t"
      style={{ top: `${(1 - (whole * share) / top) * 100}%` }}
    >
      <span className="absolute right-full mr-1.5 -translate-y-1/2 font-mono text-2xs whitespace-nowrap text-ink-3">
        {share === 0 ? '0' : formatBitRate(whole * share)}
      </span>
    </span>
  ))
}

/** Out is an area, in is a line: two shapes, so that colour is not needed. Dashes are metrics. */
function Curves({ columns, top }: { columns: UsageColumn[]; top: number }) {
  const counted = (of: (column: UsageColumn) => number | null) => (column: UsageColumn) =>
    column.metric ? null : of(column)
  const metered = (of: (column: UsageColumn) => number | null) => (column: UsageColumn) =>
    column.metric ? of(column) : null
  const [to, from] = directions
  const line = { fill: 'none', vectorEffect: 'non-scaling-stroke', strokeWidth: 1.5 } as const
  return (
    <svg
      aria-hidden="true"
      viewBox={`0 0 ${Math.max(1, columns.length)} 1000`}
      preserveAspectRatio="none"
      className="pointer-events-none absolute inset-0 size-full"
    >
      <path d={steppedPath(columns, from.of, top, true)} className="fill-series-1" fillOpacity={0.22} />
      <path d={steppedPath(columns, counted(from.of), top)} className="stroke-series-1" {...line} />
      <path
        d={steppedPath(columns, metered(from.of), top)}
        className="stroke-series-1"
        strokeDasharray="3 2"
        {...line}
      />
      <path d={steppedPath(columns, counted(to.of), top)} className="stroke-series-2" {...line} />
      <path d={steppedPath(columns, metered(to.of), top)} className="stroke-series-2" strokeDasharray="3 2" {...line} />
    </svg>
  )
}

function Bandwidth({ bandwidth, top }: { bandwidth: number; top: number }) {
  const words = `${formatBandwidth(bandwidth / 1e6)}, one path`
  if (bandwidth > top) {
    return (
      <span
        aria-hidden
        className="pointer-events-none absolute top-0.5 right-0.5 rounded-xs bg-surface/75 px-1 text-2xs text-ink-2"
      >
        ↑ {words}
      </span>
    )
  }
  return (
    <span
      aria-hidden
      className="pointer-events-none absolute inset-x-0 border-t border-dashed border-ink"
      style={{ top: `${(1 - bandwidth / top) * 100}%` }}
    >
      <span className="absolute top-0.5 right-0.5 rounded-xs bg-surface/75 px-1 text-2xs text-ink-2">{words}</span>
    </span>
  )
}

function Legend({
  metric,
  unseen,
  partly,
  atLeast,
}: {
  metric: boolean
  unseen: boolean
  partly: boolean
  atLeast: boolean
}) {
  if (!metric && !unseen && !partly && !atLeast) return null
  return (
    <ul className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-xs text-ink-2">
      {metric && (
        <li className="inline-flex items-center gap-1.5">
          <span aria-hidden className="hatch-bar h-1.5 w-5 text-series-4" /> from Azure Monitor’s metrics
        </li>
      )}
      {unseen && (
        <li className="inline-flex items-center gap-1.5">
          <span aria-hidden className="hatch h-4 w-5 rounded-xs border" /> not seen
        </li>
      )}
      {partly && (
        <li className="inline-flex items-center gap-1.5">
          <span aria-hidden className="hatch h-4 w-5 rounded-xs border opacity-60" /> seen in part
        </li>
      )}
      {atLeast && (
        <li className="inline-flex items-center gap-1.5">
          <span aria-hidden className="rounded-xs border border-degraded-mark px-1 text-2xs">
            ≥
          </span>{' '}
          a counter was reset: lower bound
        </li>
      )}
    </ul>
  )
}
