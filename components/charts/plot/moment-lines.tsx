import { usePlotSpace } from './plot-space.ts'

/** A place of the x axis that the reader chose, or that something falls due. */
export interface PlotMoment {
  at: number
  /** above the line: a letter, a date; none for a line alone */
  word?: string
}

/** Lines over the whole height at moments; those outside the axis are left out. */
export function MomentLines({
  moments,
  domain: [from, to],
}: {
  moments: readonly PlotMoment[]
  domain: readonly [number, number]
}) {
  const { area, x, scale, textPx } = usePlotSpace()
  return (
    <>
      {moments.map(({ at, word }, index) => {
        const place = x(at)
        if (at < from || at > to) return null
        const isRight = place > area.x + area.width - textPx * ((word?.length ?? 0) * 0.6 + 1)
        return (
          // two moments may be the same
          <g key={index} data-cursor>
            <line
              x1={place}
              x2={place}
              y1={area.y}
              y2={area.y + area.height}
              strokeWidth={2 * scale}
              style={{ stroke: 'var(--ink)' }}
            />
            {word !== undefined && (
              <text
                x={place + (isRight ? -4 : 4) * scale}
                y={area.y + textPx * 0.8}
                dy="0.35em"
                textAnchor={isRight ? 'end' : 'start'}
                fontSize={textPx}
                fontWeight={600}
                strokeWidth={3 * scale}
                strokeLinejoin="round"
                paintOrder="stroke"
                style={{ fill: 'var(--ink)', stroke: 'var(--surface)' }}
              >
                {word}
              </text>
            )}
          </g>
        )
      })}
    </>
  )
}
