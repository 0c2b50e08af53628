'use client'

import { usePlotArea, useXAxisScale } from 'recharts'
import type { PlotGap } from './plot-model.ts'
import { usePlotSize } from './plot-size.ts'

/** Ranges of which nothing is known are hatched over the whole height; of which a part is known, faintly. Never a hue. */
export function GapHatches({
  id,
  gaps,
  domain: [from, to],
}: {
  id: string
  gaps: readonly PlotGap[]
  domain: readonly [number, number]
}) {
  const x = useXAxisScale()
  const area = usePlotArea()
  const { scale } = usePlotSize()
  if (!x || !area || gaps.length === 0) return null
  const size = 5 * scale
  return (
    <g>
      <pattern id={id} width={size} height={size} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line y2={size} style={{ stroke: 'var(--hatch)' }} strokeWidth={2 * scale} />
      </pattern>
      {gaps.map((gap) => {
        const [left, right] = [x(Math.max(from, gap.from)) ?? area.x, x(Math.min(to, gap.to)) ?? area.x]
        return (
          <rect
            key={gap.from}
            x={left}
            y={area.y}
            width={Math.max(0, right - left)}
            height={area.height}
            fill={`url(#${id})`}
            opacity={gap.isPartial ? 0.45 : 1}
            data-gap={gap.isPartial ? 'partial' : 'whole'}
          />
        )
      })}
    </g>
  )
}
