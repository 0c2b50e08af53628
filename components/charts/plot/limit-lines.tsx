'use client'

import { usePlotArea, useYAxisScale, ZIndexLayer } from 'recharts'
import { labelPlaces } from './label-places.ts'
import { PlotLabel } from './plot-label.tsx'
import type { PlotLimit } from './plot-model.ts'
import { usePlotSize } from './plot-size.ts'
import { plotTheme } from './theme.ts'

/** Above all series, below no label. */
const Z_INDEX = 1_500

/** Reference lines with their words, if any, at the right; what lies above the top of the axis is named at the left, after an arrow. */
export function LimitLines({ limits, bottom, top }: { limits: readonly PlotLimit[]; bottom: number; top: number }) {
  const y = useYAxisScale()
  const area = usePlotArea()
  const { scale } = usePlotSize()
  if (!y || !area || limits.length === 0) return null
  const { textPx } = plotTheme(scale)
  const drawn = limits
    .filter(({ value }) => value <= top && value >= bottom)
    .map((limit) => ({ ...limit, y: y(limit.value) ?? area.y }))
  const above = limits.filter(({ value }) => value > top).map(({ words }) => `↑ ${words}`)
  const named = drawn.filter(({ words }) => words !== '')
  const places = labelPlaces(
    named.map((line) => line.y - area.y),
    textPx * 1.3,
    area.height,
  )
  const right = area.x + area.width
  return (
    <ZIndexLayer zIndex={Z_INDEX}>
      {drawn.map((line) => (
        <line
          key={line.value}
          x1={area.x}
          x2={right}
          y1={line.y}
          y2={line.y}
          strokeDasharray={`${4 * scale} ${3 * scale}`}
          strokeWidth={scale}
          style={{ stroke: 'var(--ink-2)' }}
        />
      ))}
      {places.map(({ index, y: centre }) => (
        <PlotLabel key={named[index]?.words} x={right - 4 * scale} y={area.y + centre} anchor="end" textPx={textPx}>
          {named[index]?.words}
        </PlotLabel>
      ))}
      {above.length > 0 && (
        <PlotLabel x={area.x + 4 * scale} y={area.y + textPx * 1.1} anchor="start" textPx={textPx}>
          {above.join(' · ')}
        </PlotLabel>
      )}
    </ZIndexLayer>
  )
}
