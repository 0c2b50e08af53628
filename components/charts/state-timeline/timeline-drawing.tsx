import { type ComponentProps, memo, type ReactNode, type RefObject, useId } from 'react'
import { useSelectedPastMoment } from '../../links/page-selection-provider.tsx'
import { useNotes } from '../../notes/notes.tsx'
import { SVG_FONT_SIZES } from '../../ui/drawing/type-scale.ts'
import { useZone } from '../../ui/preferences.tsx'
import { ShownMomentLine } from '../shown-moment-line.tsx'
import { chooseTimeTicks } from '../time-ticks.ts'
import { ChartHatchPatterns } from './chart-hatches.tsx'
import type { TimelineLayout } from './chart-layout.ts'
import { computePositionInWindow, type TimeWindow } from './time-window.ts'
import { TimelineTrackDrawing } from './track-drawing.tsx'

/**
 * Draws all tracks (rows) of a state timeline. The component is memoized, because sixty tracks have thousands of marks,
 * and they must not be rendered again when only the crosshair moves.
 */
export const TimelineTrackDrawings = memo(function TimelineTrackDrawings({
  layout: { tracks, plot, rowHeight },
  ...rest
}: Pick<ComponentProps<typeof TimelineTrackDrawing>, 'window' | 'now' | 'scale' | 'hatches'> & {
  layout: TimelineLayout
}) {
  return tracks.map((placed) => (
    <TimelineTrackDrawing key={placed.track.key} placed={placed} plot={plot} rowHeight={rowHeight} {...rest} />
  ))
})

/**
 * Drawing of a state timeline without its controls: the time axis, all tracks, the notes and the time of the page.
 * @param width width in px; null until the container is measured
 * @param children marks above the tracks, such as the crosshair
 */
export function TimelineDrawing({
  layout,
  window,
  now,
  width: measured,
  scale,
  picture,
  children,
}: {
  layout: TimelineLayout
  window: TimeWindow
  now: number
  width: number | null
  scale: number
  /** receives the SVG element, for export */
  picture?: RefObject<SVGSVGElement | null> | undefined
  children?: ReactNode
}) {
  const zone = useZone()
  const hatches = useId()
  const { plot, axisY, height } = layout
  const width = plot.x + plot.width
  const clock = computePositionInWindow(window, Date.parse(useSelectedPastMoment() ?? ''))
  const inks = new Set(layout.tracks.flatMap(({ track }) => track.marks.map(({ ink }) => ink)))
  const ticks = chooseTimeTicks(window.from, window.to, zone, Math.max(2, Math.floor(plot.width / (76 * scale))))
  const notes = (useNotes()?.notes ?? []).map(({ id, from }) => ({
    id,
    share: computePositionInWindow(window, Date.parse(from)),
  }))
  return (
    <svg
      ref={picture}
      viewBox={`0 0 ${width} ${height}`}
      // until the width of the container is measured, the drawing is shrunk to a narrow container, but never enlarged
      width={measured ?? '100%'}
      height={height}
      preserveAspectRatio="xMinYMin meet"
      className="block max-w-full font-sans"
      aria-hidden="true"
    >
      <ChartHatchPatterns id={hatches} used={inks} scale={scale} />
      {ticks.map(({ at, label }) => {
        const x = plot.x + computePositionInWindow(window, at) * plot.width
        const edge = 20 * scale
        return (
          <g key={at}>
            <line x1={x} x2={x} y1={0} y2={axisY} strokeWidth={scale} style={{ stroke: 'var(--line)' }} />
            <text
              x={Math.min(width - edge, Math.max(plot.x + edge, x))}
              y={axisY + 16 * scale}
              textAnchor="middle"
              fontSize={SVG_FONT_SIZES.tick * scale}
              style={{ fill: 'var(--ink-3)' }}
            >
              {label}
            </text>
          </g>
        )
      })}
      <line x1={plot.x} x2={width} y1={axisY} y2={axisY} strokeWidth={scale} style={{ stroke: 'var(--line-strong)' }} />
      {notes.map(({ id, share }) => {
        const x = plot.x + share * plot.width
        return (
          share >= 0 &&
          share <= 1 && (
            <line key={id} x1={x} x2={x} y1={0} y2={axisY} strokeWidth={scale} style={{ stroke: 'var(--ink-3)' }} />
          )
        )
      })}
      <TimelineTrackDrawings layout={layout} window={window} now={now} scale={scale} hatches={hatches} />
      {clock > 0 && clock < 1 && (
        <ShownMomentLine x={plot.x + clock * plot.width} right={width} y={0} height={axisY} scale={scale} />
      )}
      {children}
    </svg>
  )
}
