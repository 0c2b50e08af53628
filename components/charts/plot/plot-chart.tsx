'use client'

import { type ReactNode, useId, useMemo } from 'react'
import { CartesianGrid, ComposedChart, XAxis, YAxis } from 'recharts'
import { GapHatches } from './gap-hatches.tsx'
import { LimitLines } from './limit-lines.tsx'
import { NoteMarks } from './note-marks.tsx'
import type { PlotGap, PlotLimit } from './plot-model.ts'
import { PlotClip, PlotPointsContext } from './plot-series.tsx'
import { usePlotSize } from './plot-size.ts'
import { plotTheme } from './theme.ts'
import type { XTicks } from './use-x-ticks.ts'
import { valueTicks } from './value-ticks.ts'

/**
 * The axes, grid, gaps and reference lines of all charts. Series are its children (`PlotLine`, `PlotArea`), of the key `x` and their own;
 * it needs a `PlotFrame` around it. Imports the charting library: only a part that is loaded with `lazyPlot` may import it.
 * @param data points in order of `x`; null = not known, and never drawn
 * @param top of the value axis; what is above is cut off
 * @param write a value of the value axis, with its unit
 */
export function PlotChart({
  data,
  x,
  bottom = 0,
  top,
  ticks = valueTicks(bottom, top),
  write,
  gaps = [],
  limits = [],
  children,
}: {
  data: readonly { x: number }[]
  x: XTicks
  bottom?: number
  top: number
  ticks?: number[]
  write: (value: number) => string
  gaps?: readonly PlotGap[]
  limits?: readonly PlotLimit[]
  children: ReactNode
}) {
  const { width, height, scale } = usePlotSize()
  const { axis, grid, inset } = plotTheme(scale)
  const [hatch, clip] = [useId(), useId()]
  const given = useMemo(() => ({ points: data, bottom, clip }), [data, bottom, clip])
  const labels = new Map(x.ticks.map(({ at, label }) => [at, label]))
  return (
    <ComposedChart
      width={width}
      height={height}
      margin={{ top: inset.top, right: inset.right, bottom: 0, left: 0 }}
      accessibilityLayer={false}
      aria-hidden
    >
      <CartesianGrid {...grid} horizontalValues={ticks} />
      <XAxis
        {...axis}
        // read from no data, but without it the library takes the axis for one of categories
        dataKey="x"
        type="number"
        height={inset.bottom}
        domain={[...x.domain]}
        allowDataOverflow
        ticks={x.ticks.map(({ at }) => at)}
        interval={0}
        tickMargin={5 * scale}
        tickFormatter={(at: number) => labels.get(at) ?? ''}
      />
      <YAxis
        {...axis}
        axisLine={false}
        width={inset.left}
        domain={[bottom, top]}
        allowDataOverflow
        ticks={ticks}
        interval={0}
        tickFormatter={write}
      />
      <GapHatches id={hatch} gaps={gaps} domain={x.domain} />
      <PlotClip id={clip} />
      <PlotPointsContext value={given}>{children}</PlotPointsContext>
      <LimitLines limits={limits} bottom={bottom} top={top} />
      <NoteMarks domain={x.domain} />
    </ComposedChart>
  )
}
