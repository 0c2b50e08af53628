'use client'

import { useMemo } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import { lazyPlot } from '../charts/plot/lazy-plot.tsx'
import { plotFiles } from '../charts/plot/plot-files.ts'
import { PlotFrame } from '../charts/plot/plot-frame.tsx'
import { PlotLegend } from '../charts/plot/plot-legend.tsx'
import { formatCount, formatShare } from '../format/quantity.ts'
import { Empty } from '../ui/answer-view.tsx'
import { RuleSource } from '../ui/facts/azure-rule.tsx'
import { useRealNow } from '../ui/times/clock.tsx'
import { useBrush } from '../time/use-brush.ts'
import { useTimeRange } from '../time/use-time-range.ts'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import {
  columnsWithin,
  type HeadroomPath,
  headroomColumns,
  headroomPaths,
  headroomReading,
  trendWords,
} from './headroom-series.ts'

const HeadroomPlot = lazyPlot(() => import('./headroom-plot.tsx'))

/** How many prefixes a circuit's paths receive against the limit of Azure, and when it is reached at the present growth. */
export function HeadroomPanel({ circuit: { name, paths } }: { circuit: Pick<Circuit, 'name' | 'paths'> }) {
  const known = useMemo(() => headroomPaths(paths), [paths])
  return (
    <Panel
      id="headroom"
      title="Prefix headroom"
      note={
        <>
          largest count of each day (UTC), and its trend, against the limit of Azure; a time range of two days or more
          shows those days. <RuleSource rule="prefix_limits" />
        </>
      }
    >
      {known.length === 0 ? (
        <Empty title="The headroom is not known">No path reports how many prefixes it receives.</Empty>
      ) : (
        <HeadroomChart name={name} paths={known} />
      )}
    </Panel>
  )
}

function HeadroomChart({ name, paths }: { name: string; paths: readonly HeadroomPath[] }) {
  const zone = useZone()
  const now = useRealNow(HOUR)
  const { range, chosen } = useTimeRange()
  const all = useMemo(() => headroomColumns(paths, now), [paths, now])
  const columns = useMemo(() => {
    const to = range.to === null ? null : Date.parse(range.to)
    return chosen ? columnsWithin(all, { from: Date.parse(range.from), to }, now) : all
  }, [all, chosen, range, now])
  const domain = [columns[0]?.from ?? now, columns.at(-1)?.to ?? now] as const
  const label = `Prefix headroom of ${name}`
  const words = paths.map((path) => `${path.path}: ${trendWords(path)}`)
  return (
    <PlotFrame
      label={label}
      files={plotFiles({
        what: label,
        name: `headroom-${name}`,
        range: { from: iso(domain[0]), to: iso(domain[1]) },
        zone,
        note: `${words.join('; ')}; line: largest count of a day, area: trend, hatched: no data`,
        rows: () => [csvHeader, ...paths.flatMap(csvRows)],
      })}
      className="h-52"
      domain={domain}
      onBrush={useBrush()}
      stops={columns}
      read={(index) => headroomReading(columns[index], paths)}
      legend={
        <PlotLegend
          entries={paths.map((path, index) => ({
            name: `${path.path}, ${formatShare(path.headroom.share)} used; ${trendWords(path)}`,
            shape: index > 0 ? 'dashed' : 'line',
            ink: path.ink,
            value: formatCount(path.headroom.count),
          }))}
        />
      }
    >
      <HeadroomPlot paths={paths} columns={columns} domain={domain} />
    </PlotFrame>
  )
}

const csvHeader = [
  'Day (UTC)',
  'Path',
  'Largest count',
  'Limit',
  'Limit reached, earliest (UTC)',
  'Limit reached, latest (UTC)',
]
const csvRows = ({ path, headroom: { days, limit, runsOutBetween } }: HeadroomPath) =>
  days.map(({ day, most }) => [day, path, most, limit, runsOutBetween?.[0] ?? null, runsOutBetween?.[1] ?? null])

const iso = (at: number) => new Date(at).toISOString()
