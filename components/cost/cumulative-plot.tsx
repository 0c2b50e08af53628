'use client'

import { useMemo } from 'react'
import { Area, CartesianGrid, ComposedChart, Line, ReferenceArea, ReferenceLine, Tooltip, XAxis, YAxis } from 'recharts'
import { PlotTooltip, type TooltipLine } from '../charts/plot/plot-tooltip.tsx'
import { axis, grid, ink, margin, still } from '../charts/plot/theme.ts'
import { timeTicks } from '../charts/time-ticks.ts'
import { formatBytes } from '../format/quantity.ts'
import { useZone } from '../ui/preferences.tsx'
import { byteTicks, type CumulativeLine } from './cumulative-line.ts'
import { type CumulativePoint, cumulativePoints } from './cumulative-points.ts'

const bytesText = (bytes: number): string => (bytes === 0 ? '0' : formatBytes(String(Math.round(bytes))))
const DAYS_SHOWN = 10

/** Bytes over the month: measured, where they are heading, the break-even, and what was not measured. */
export default function CumulativePlot({ line }: { line: CumulativeLine }) {
  const zone = useZone()
  const points = useMemo(() => cumulativePoints(line), [line])
  const { from, to, breakEven, most, gaps } = line
  const ticks = timeTicks(from, to, zone, DAYS_SHOWN)
  const labels = new Map(ticks.map(({ at, label }) => [at, label]))
  const ruled = [0, ...byteTicks(most)]
  return (
    <ComposedChart responsive data={points} margin={margin} style={{ width: '100%', height: '100%' }}>
      <CartesianGrid {...grid} horizontalValues={ruled} />
      <XAxis
        {...axis}
        dataKey="at"
        type="number"
        scale="time"
        domain={[from, to]}
        ticks={ticks.map(({ at }) => at)}
        tickFormatter={(at: number) => labels.get(at) ?? ''}
      />
      <YAxis {...axis} axisLine={false} width={64} domain={[0, most]} ticks={ruled} tickFormatter={bytesText} />
      <defs>
        <pattern id="not-measured" width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line y2={6} stroke="var(--off-mark)" strokeWidth={2} opacity={0.5} />
        </pattern>
      </defs>
      {gaps.map((gap) => (
        <ReferenceArea key={gap.from} x1={gap.from} x2={gap.to} fill="url(#not-measured)" fillOpacity={1} />
      ))}
      <Area {...still} activeDot={false} dataKey="band" stroke="none" fill={ink(1)} fillOpacity={0.18} />
      <Line {...still} dataKey="likely" stroke={ink(1)} strokeWidth={1.5} strokeDasharray="6 4" />
      <Line {...still} dataKey="measured" stroke={ink(1)} strokeWidth={2} />
      {breakEven !== null && breakEven <= most && (
        <ReferenceLine
          y={breakEven}
          stroke="var(--ink-2)"
          strokeDasharray="2 3"
          label={{
            value: `Unlimited is cheaper above ${bytesText(breakEven)}`,
            position: 'insideTopLeft',
            fill: 'var(--ink-2)',
            fontSize: 11,
          }}
        />
      )}
      <Tooltip
        isAnimationActive={false}
        cursor={{ stroke: 'var(--focus)' }}
        content={({ active, payload }) => {
          const point = payload[0]?.payload as CumulativePoint | undefined
          return active && point ? <PlotTooltip at={point.at} lines={linesOf(point)} /> : null
        }}
      />
    </ComposedChart>
  )
}

function linesOf({ measured, likely, band }: CumulativePoint): TooltipLine[] {
  if (measured !== null) return [{ name: 'Billed so far', value: bytesText(measured) }]
  return [
    ...(likely === null ? [] : [{ name: 'Likely', value: bytesText(likely) }]),
    ...(band === null ? [] : [{ name: 'Range', value: `${bytesText(band[0])} – ${bytesText(band[1])}` }]),
  ]
}
