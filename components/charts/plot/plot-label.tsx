import { textWidth } from '../../ui/drawing/text-fit.ts'

/** Words in the drawing, on a ground of their own: no line strikes them through. */
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
  children: string
}) {
  const width = textWidth(children, textPx)
  return (
    <>
      <rect
        x={x - { start: 0, middle: width / 2, end: width }[anchor] - textPx / 4}
        y={y - textPx * 0.65}
        width={width + textPx / 2}
        height={textPx * 1.3}
        style={{ fill: 'var(--surface)' }}
      />
      <text x={x} y={y} dy="0.35em" textAnchor={anchor} fontSize={textPx} style={{ fill: color }}>
        {children}
      </text>
    </>
  )
}
