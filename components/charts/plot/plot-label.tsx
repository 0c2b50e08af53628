import type { ReactNode } from 'react'

/** Words in the drawing, readable over a line that they lie on. */
export function PlotLabel({
  x,
  y,
  anchor,
  textPx,
  color = 'var(--ink-2)',
  children,
}: {
  x: number
  y: number
  anchor: 'start' | 'middle' | 'end'
  textPx: number
  color?: string
  children: ReactNode
}) {
  return (
    <text
      x={x}
      y={y}
      dy="0.35em"
      textAnchor={anchor}
      fontSize={textPx}
      strokeWidth={textPx * 0.27}
      strokeLinejoin="round"
      paintOrder="stroke"
      style={{ fill: color, stroke: 'var(--surface)' }}
    >
      {children}
    </text>
  )
}
