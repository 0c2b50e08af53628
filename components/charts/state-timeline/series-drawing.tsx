import { memo } from 'react'
import { hueOf } from './chart-hatches.tsx'
import { type Guide, type TrackSeries, linePaths } from './track-series.ts'
import { TYPE } from '../../ui/drawing/type-scale.ts'
import { shareOf, type TimeWindow } from './time-window.ts'

/** Space above the highest value for its label, px at the usual size of type. */
const AIR = 16

/**
 * Numbers over time: lines with the band between lowest and highest, and the guides they are compared with. Rendered again when
 * the series changes, and not with each answer for another track.
 */
export const SeriesDrawing = memo(function SeriesDrawing({
  series: { lines, guides, top, write },
  window,
  width,
  height,
  scale,
}: {
  series: TrackSeries
  window: TimeWindow
  width: number
  height: number
  scale: number
}) {
  const x = (at: number) => shareOf(window, at) * width
  const below = lines.find(({ side }) => side?.isBelow)?.side
  const above = lines.find(({ side }) => side && !side.isBelow)?.side
  const air = AIR * scale
  const zero = below ? height / 2 : height
  const y = (value: number, isBelow = false) => zero - (isBelow ? -1 : 1) * (Math.min(value, top) / top) * (zero - air)
  const small = TYPE.tick * scale
  const inSight = guides.filter(({ value }) => value <= top)
  const beyond = guides.filter(({ value }) => value > top)
  return (
    <>
      <line x1={0} x2={width} y1={y(top)} y2={y(top)} strokeWidth={scale} style={{ stroke: 'var(--line)' }} />
      {lines.map((line) => {
        const { curve, band } = linePaths(line, x, (value) => y(value, line.side?.isBelow))
        const key = [line.name, line.side?.name].filter(Boolean).join(' ')
        return (
          <g key={key} data-line={key}>
            <path d={band} fillOpacity={line.isArea ? 0.22 : 0.3} style={{ fill: hueOf(line.ink) }} />
            <path
              d={curve}
              fill="none"
              strokeWidth={1.4 * scale}
              {...(line.isDashed && { strokeDasharray: `${7 * scale} ${5 * scale}` })}
              style={{ stroke: hueOf(line.ink) }}
            />
          </g>
        )
      })}
      {inSight.flatMap((guide) =>
        (below ? [false, true] : [false]).map((isBelow) => (
          <line
            key={`${guide.words} ${isBelow}`}
            x1={0}
            x2={width}
            y1={y(guide.value, isBelow)}
            y2={y(guide.value, isBelow)}
            strokeDasharray={`${4 * scale} ${3 * scale}`}
            strokeWidth={scale}
            style={{ stroke: 'var(--ink-2)' }}
          />
        )),
      )}
      <text x={4 * scale} y={12 * scale} fontSize={small} style={{ fill: 'var(--ink-3)' }}>
        {write(top)} {above?.name}
      </text>
      {below && (
        <>
          <line x1={0} x2={width} y1={zero} y2={zero} strokeWidth={scale} style={{ stroke: 'var(--line-strong)' }} />
          <line
            x1={0}
            x2={width}
            y1={y(top, true)}
            y2={y(top, true)}
            strokeWidth={scale}
            style={{ stroke: 'var(--line)' }}
          />
          <text x={4 * scale} y={height - 4 * scale} fontSize={small} style={{ fill: 'var(--ink-3)' }}>
            {write(top)} {below.name}
          </text>
        </>
      )}
      <text x={width - 4 * scale} y={12 * scale} fontSize={small} textAnchor="end" style={{ fill: 'var(--ink-2)' }}>
        {[...inSight.map(guideWords('- -')), ...beyond.map(guideWords('↑'))].join(' · ')}
      </text>
    </>
  )
})

const guideWords =
  (mark: string) =>
  ({ words }: Guide) =>
    `${mark} ${words}`
