import { type KeyboardEvent, memo, type RefObject, useDeferredValue, useMemo, useState } from 'react'
import { formatInstant, formatTimeRange } from '../../format/instant.ts'
import { useElementWidth } from '../use-width.ts'
import { useZone } from '../../ui/preferences.tsx'
import { layOutTimeline, type PlacedTimelineTrack } from './chart-layout.ts'
import { TimelineDrawing } from './timeline-drawing.tsx'
import { describeTimelineTracks, listTimelineStatesAt, type TimelineTrack } from './timeline-tracks.ts'
import {
  clipWindow,
  computeMomentAtPosition,
  panWindow,
  computePositionInWindow,
  type TimeWindow,
  getWindowLengthMs,
  zoomWindow,
} from './time-window.ts'
import { TimeBrushRow } from '../plot/brush-row.tsx'
import { PointerReading } from '../pointer-reading.tsx'
import { useChartGestures } from '../use-chart-gestures.ts'
import { setPointedMoment, usePointedMoment } from '../shared-moment.ts'
import { AddNoteAtMoment, useNotes } from '../../notes/notes.tsx'
import { useChartFontScale } from '../use-type-scale.ts'
import { PageLink } from '../../links/page-link.tsx'

const CLOSER = 0.6
const STEPS = 100

export interface StateTimelineProps {
  tracks: readonly TimelineTrack[]
  window: TimeWindow
  /** time range of the page, which the timeline shows before the user zooms */
  whole: TimeWindow
  /** range before the first zoom, which the brush below a long timeline shows; absent = `whole` */
  base?: TimeWindow
  limits: TimeWindow
  now: number
  /** called with the new window; null resets to the initial window */
  onWindow: (window: TimeWindow | null) => void
  /** called when the user resets the window; it also shows all series again. Absent = only the window can be reset */
  onReset?: () => void
  /**
   * minimum height (CSS) of the drawing and the text below it, so that the content below does not move while tracks are
   * loading
   */
  leastHeight?: string | undefined
  /**
   * width reserved for the tracks' names, px at the default font size; absent = enough for both addresses of a session
   */
  names?: number | undefined
  /** receives the SVG element of the drawing, for export */
  picture?: RefObject<SVGSVGElement | null>
}

/**
 * Distance in px from the upper edge of the drawing at which the tooltip points if the user moves it with the keyboard.
 */
const KEYBOARD_Y = 24

/**
 * Draws tracks (rows of states, events or numeric series) on one time axis, with a crosshair through all of them.
 * - Zoom: drag, wheel with Ctrl or Cmd, + and -.
 * - Pan: drag with Shift, sideways wheel, wheel with Shift, or Shift with the arrow keys.
 * - Reset: double click or 0.
 *
 * The crosshair and its tooltip follow the pointer or the arrow keys.
 */
export function StateTimeline({
  tracks,
  window,
  whole,
  base = whole,
  limits,
  now,
  onWindow,
  onReset = () => onWindow(null),
  leastHeight,
  names,
  picture,
}: StateTimelineProps) {
  const zone = useZone()
  const [place, measured] = useElementWidth<HTMLDivElement>()
  const [pointed, setOwn] = useState<number | null>(null)
  const [pointerY, setPointerY] = useState(KEYBOARD_Y)
  const [selected, setSelected] = useState<TimeWindow | null>(null)
  const [pressed, setPressed] = useState<number | null>(null)
  const notes = useNotes()
  const elsewhere = usePointedMoment()
  const setPointed = (at: number | null) => {
    setOwn(at)
    setPointedMoment(at)
  }
  const scale = useChartFontScale()
  const width = measured ?? 960
  // The tracks arrive in several responses. They are rendered at low priority, so that user input is handled first.
  const drawn = useDeferredValue(tracks)
  // deferred like the tracks, so that the minimum height is not removed before the tracks are drawn
  const room = useDeferredValue(leastHeight)
  // The bars of ongoing states grow every second. The current time is therefore also applied at low priority.
  const until = useDeferredValue(now)
  const layout = useMemo(() => layOutTimeline(drawn, width, scale, names), [drawn, width, scale, names])
  const { tracks: placed, plot, axisY } = layout
  const xOf = (at: number) => plot.x + computePositionInWindow(window, at) * plot.width
  const zoom = (factor: number, at = pointed ?? computeMomentAtPosition(window, 0.5)) =>
    onWindow(zoomWindow(window, factor, at, limits))
  const windowOf = ({ from, to }: { from: number; to: number }): TimeWindow => ({
    from: computeMomentAtPosition(window, from),
    to: computeMomentAtPosition(window, to),
  })
  useChartGestures(place, {
    shareAt: (clientX, box) => (clientX - box.left - plot.x) / plot.width,
    onPoint: (share, { clientY }) => {
      setPointed(share === null ? null : computeMomentAtPosition(window, share))
      setPointerY(clientY - (place.current?.getBoundingClientRect().top ?? 0))
    },
    onSelect: (range) => setSelected(range && windowOf(range)),
    onZoomTo: (range) => onWindow(clipWindow(windowOf(range), limits)),
    onPan: (share) => onWindow(panWindow(window, share, limits)),
    onZoom: (factor, share) => zoom(factor, computeMomentAtPosition(window, share)),
    onPress: (share) => notes && share >= 0 && share <= 1 && setPressed(computeMomentAtPosition(window, share)),
    onReset: () => {
      setPressed(null)
      onReset()
    },
  })
  const onKeyDown = (event: KeyboardEvent) => {
    const step = getWindowLengthMs(window) / STEPS
    const from = pointed ?? computeMomentAtPosition(window, 0.5)
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const direction = event.key === 'ArrowLeft' ? -1 : 1
      if (event.shiftKey) onWindow(panWindow(window, direction * 0.2, limits))
      else {
        setPointed(Math.min(window.to, Math.max(window.from, from + direction * step)))
        setPointerY(KEYBOARD_Y)
      }
    } else if (event.key === '+' || event.key === '=') zoom(CLOSER)
    else if (event.key === '-') zoom(1 / CLOSER)
    else if (event.key === '0') onReset()
    else if (event.key === 'Escape') setPointed(null)
    else if (event.key === 'Enter' && notes && pointed !== null) setPressed(pointed)
    else return
    event.preventDefault()
  }
  const shown = pointed !== null && pointed >= window.from && pointed <= window.to ? pointed : null
  const said = shown === null ? [] : listTimelineStatesAt(tracks, shown)
  const formatTooltip = said.map(({ track, words }) => `${track.name} ${track.part}: ${words}`).join('; ')
  const text = shown === null ? 'no time selected' : `${formatInstant(shown, zone)}: ${formatTooltip || 'nothing'}`
  return (
    <div className="relative flex flex-col" style={{ minHeight: room }}>
      <div
        ref={place}
        role="slider"
        tabIndex={0}
        aria-label="Time on the axis. Arrows move it, Shift with arrows pans, plus and minus zoom, 0 shows all."
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={STEPS}
        aria-valuenow={shown === null ? 50 : Math.round(computePositionInWindow(window, shown) * STEPS)}
        aria-valuetext={text}
        onKeyDown={onKeyDown}
        onBlur={() => setPointed(null)}
        className="relative cursor-crosshair touch-pan-y rounded-md select-none"
        data-pointer-area
      >
        <TimelineDrawing layout={layout} window={window} now={until} width={measured} scale={scale} picture={picture}>
          {shown === null && elsewhere !== null && elsewhere >= window.from && elsewhere <= window.to && (
            <line
              x1={xOf(elsewhere)}
              x2={xOf(elsewhere)}
              y1={0}
              y2={axisY}
              strokeWidth={scale}
              style={{ stroke: 'var(--focus)' }}
            />
          )}
          {shown !== null && (
            <line
              x1={xOf(shown)}
              x2={xOf(shown)}
              y1={0}
              y2={axisY}
              strokeWidth={1.5 * scale}
              style={{ stroke: 'var(--focus)' }}
              data-crosshair
            />
          )}
          {selected && (
            <rect
              x={xOf(selected.from)}
              width={xOf(selected.to) - xOf(selected.from)}
              y={0}
              height={axisY}
              fillOpacity={0.2}
              style={{ fill: 'var(--focus)', stroke: 'var(--focus)' }}
              data-brush
            />
          )}
        </TimelineDrawing>
        {shown !== null && !selected && (
          <PointerReading
            reading={describeTimelineTracks(said, formatInstant(shown, zone))}
            at={{ x: xOf(shown), y: pointerY }}
          />
        )}
      </div>
      {pressed !== null && pressed >= window.from && pressed <= window.to && (
        <AddNoteAtMoment
          at={pressed}
          style={{ left: xOf(pressed), top: axisY - 36 * scale }}
          onDone={() => setPressed(null)}
        />
      )}
      <TrackLinks placed={placed} scale={scale} />
      <TimeBrushRow base={base} window={window} label="the timeline" left={plot.x} right={0} onWindow={onWindow} />
      <p className="mt-auto pt-1 text-xs text-ink-3 print:hidden" suppressHydrationWarning>
        {formatTimeRange(window.from, window.to, zone, null)}
        {getWindowLengthMs(window) < getWindowLengthMs(whole) * 0.99 && ' · zoomed in'}
      </p>
    </div>
  )
}

/**
 * Returns the position and height of a link over a track's name. The link is at least 24 px high (WCAG 2.2, 2.5.8). It
 * covers the one or two lines of the name, but does not overlap the next track.
 */
const heightOf = (baseline: number, isTwoLines: boolean, scale: number) =>
  isTwoLines ? { top: baseline - 13 * scale, height: 33 * scale } : { top: baseline - 15.5 * scale, height: 24 * scale }

/**
 * Draws links over the names of the tracks, and adds each track's description for screen readers. Memoized, so that
 * moving the crosshair does not render sixty links again.
 */
const TrackLinks = memo(function TrackLinks({
  placed,
  scale,
}: {
  placed: readonly PlacedTimelineTrack[]
  scale: number
}) {
  return (
    <>
      {placed.map(({ track: { key, name, part, href }, label }) =>
        href ? (
          <PageLink
            key={key}
            href={href}
            aria-label={part ? `${name}, ${part}` : name}
            className="absolute rounded-xs"
            style={{ left: label.x, width: label.width, ...heightOf(label.y, part !== '', scale) }}
          />
        ) : null,
      )}
      <ul className="sr-only">
        {placed.map(({ track: { key, name, part, description } }) =>
          description ? <li key={key}>{`${name}${part && `, ${part}`}: ${description}`}</li> : null,
        )}
      </ul>
    </>
  )
})
