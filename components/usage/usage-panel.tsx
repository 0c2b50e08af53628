'use client'

import { parseAsBoolean, parseAsStringLiteral, useQueryStates } from 'nuqs'
import type { Circuit, UsageAnswer } from '#lib/contract/index.ts'
import { plotFiles } from '../charts/plot/plot-files.ts'
import { useEndpoint } from '../data/index.ts'
import { DataGaps } from '../time/data-gaps.tsx'
import { edgesOf } from '../time/range.ts'
import { TimeRangePicker } from '../time/time-range-picker.tsx'
import { useTimeRange } from '../time/use-time-range.ts'
import { AnswerView, Empty } from '../ui/answer-view.tsx'
import { useNowInSteps } from '../ui/clock.tsx'
import { SelectField } from '../ui/field.tsx'
import { Panel } from '../ui/panel.tsx'
import { useZone } from '../ui/preferences.tsx'
import { AsOf } from '../ui/time.tsx'
import { UsageChart } from './usage-chart.tsx'
import { usageStep } from './usage-series.ts'
import { UsageTotals } from './usage-totals.tsx'

const paths = ['primary', 'secondary'] as const
const choices = [
  { value: '', label: 'Both paths (sum)' },
  { value: 'primary', label: 'Primary path' },
  { value: 'secondary', label: 'Secondary path' },
]

/** A circuit's traffic over the time range. */
export function UsagePanel({ circuit }: { circuit: Pick<Circuit, 'id' | 'name' | 'bandwidthMbps'> }) {
  const { range, setRange } = useTimeRange('24h')
  const [{ path, toBandwidth }, setAddress] = useQueryStates(
    { path: parseAsStringLiteral(paths), toBandwidth: parseAsBoolean.withDefault(false) },
    { urlKeys: { toBandwidth: 'bandwidth' }, history: 'replace' },
  )
  const zone = useZone()
  const now = useNowInSteps(10_000)
  const [from, to] = edgesOf(range, now)
  const usage = useEndpoint('circuits/{id}/usage', {
    id: circuit.id,
    from: range.from,
    to: range.to,
    step: usageStep(from, to, now),
    path,
  })
  return (
    <Panel
      id="usage"
      title="Traffic"
      aside={usage.data && <AsOf asOf={usage.data.asOf} freshness={usage.data.freshness} pinned={range.to !== null} />}
    >
      <div className="mb-3 flex flex-wrap items-end gap-3">
        <SelectField
          label="Path"
          className="w-40"
          value={path ?? ''}
          onChange={({ target }) => void setAddress({ path: paths.find((known) => known === target.value) ?? null })}
          options={choices}
        />
        {circuit.bandwidthMbps !== null && (
          <label className="flex h-7 items-center gap-1.5 text-xs">
            <input
              type="checkbox"
              className="size-3.5 accent-ink"
              checked={toBandwidth}
              onChange={({ target }) => void setAddress({ toBandwidth: target.checked || null })}
            />
            Scale to bandwidth
          </label>
        )}
        <span className="ml-auto">
          <TimeRangePicker range={range} onChange={setRange} />
        </span>
      </div>
      <AnswerView query={usage} skeleton={<div className="skeleton h-[20rem]" />}>
        {({ data, asOf, uncovered }) =>
          data.points.some(({ coveredSeconds }) => coveredSeconds > 0) ? (
            <>
              <UsageChart
                usage={data}
                end={range.to === null ? Date.parse(asOf) : Math.min(Date.parse(range.to), Date.parse(asOf))}
                bandwidthMbps={circuit.bandwidthMbps}
                toBandwidth={toBandwidth}
                label={`Traffic of ${circuit.name}`}
                files={plotFiles({
                  what: `usage of ${circuit.name}${path ? `, ${path} path` : ''}`,
                  name: `usage-${circuit.name}`,
                  range,
                  zone,
                  note: 'area: from Azure (billed), line: to Azure, hatched: no data',
                  rows: () => [csvHeader, ...csvRows(data)],
                })}
              />
              <UsageTotals usage={data} />
              {uncovered && uncovered.length > 0 && (
                <details className="mt-3 text-xs text-ink-2">
                  <summary className="w-fit rounded-xs">Gaps in counter polling</summary>
                  <DataGaps intervals={uncovered} most={8} />
                </details>
              )}
            </>
          ) : (
            <>
              <Empty title="No traffic data in this time range">
                Neither counters nor Azure Monitor metrics cover it. Choose another time range.
              </Empty>
              <DataGaps intervals={uncovered} />
            </>
          )
        }
      </AnswerView>
    </Panel>
  )
}

const csvHeader = [
  'Start (UTC)',
  'To Azure (bytes)',
  'From Azure, billed (bytes)',
  'Covered (s)',
  'Source',
  'From metrics (s)',
  'Lower bound',
]
const csvRows = ({ points }: UsageAnswer) =>
  points.map(({ start, bytesIn, bytesOut, coveredSeconds, source, metricSeconds, atLeast }) => [
    start,
    bytesIn,
    bytesOut,
    coveredSeconds,
    coveredSeconds > 0 ? source : null,
    metricSeconds,
    atLeast ? 'yes' : 'no',
  ])
