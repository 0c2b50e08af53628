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
  const y = (value: number) => height - (Math.min(value, top) / top) * (height - AIR * scale)
  const small = TYPE.tick * scale
  const inSight = guides.filter(({ value }) => value <= top)
  const beyond = guides.filter(({ value }) => value > top)
  return (
    <>
      <line x1={0} x2={width} y1={y(top)} y2={y(top)} strokeWidth={scale} style={{ stroke: 'var(--line)' }} />
      {lines.map((line) => {
        const { curve, band } = linePaths(line, x, y)
        return (
          <g key={line.name} data-line={line.name}>
            <path d={band} fillOpacity={line.isArea ? 0.22 : 0.3} style={{ fill: hueOf(line.ink) }} />
            <path d={curve} fill="none" strokeWidth={1.4 * scale} style={{ stroke: hueOf(line.ink) }} />
          </g>
        )
      })}
      {inSight.map((guide) => (
        <line
          key={guide.words}
          x1={0}
          x2={width}
          y1={y(guide.value)}
          y2={y(guide.value)}
          strokeDasharray={`${4 * scale} ${3 * scale}`}
          strokeWidth={scale}
          style={{ stroke: 'var(--ink-2)' }}
        />
      ))}
      <text x={4 * scale} y={12 * scale} fontSize={small} style={{ fill: 'var(--ink-3)' }}>
        {write(top)}
      </text>
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
