import MaximizeIcon from 'lucide-react/icons/maximize-2'
import ZoomInIcon from 'lucide-react/icons/zoom-in'
import ZoomOutIcon from 'lucide-react/icons/zoom-out'
import { type ReactNode, useMemo } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { useSeriesChoice } from '../plot/series-choice.ts'
import { listTimelineLineNames, TimelineTrackLegend } from './track-legend.tsx'
import { StateTimeline, type StateTimelineProps } from './state-timeline.tsx'
import { computeMomentAtPosition, zoomWindow } from './time-window.ts'
import type { TimelineTrack } from './timeline-tracks.ts'

const ROOM = 24
/** Height of the line with the time range below the drawing, rem. */
const FOOT = 2

/** Returns the tracks without the lines that the user hid. */
const hideLines = (tracks: readonly TimelineTrack[], hidden: ReadonlySet<string>): readonly TimelineTrack[] =>
  hidden.size === 0
    ? tracks
    : tracks.map(({ series, ...track }) =>
        series
          ? { ...track, series: { ...series, lines: series.lines.filter(({ name }) => !hidden.has(name)) } }
          : track,
      )

/** Shows a state timeline with zoom buttons and a legend. */
export function StateTimelinePanel({
  title,
  of,
  note,
  isPending = false,
  room = ROOM,
  tracks,
  window,
  whole,
  base,
  limits,
  now,
  onWindow,
  names,
  picture,
  children,
}: Omit<StateTimelineProps, 'leastHeight' | 'onReset'> & {
  title: string
  /** Name of the resource or incident. The choice of hidden series applies only to the timeline with this name. */
  of: string
  note?: ReactNode
  /** whether tracks are still loading; the panel then reserves the height `room` */
  isPending?: boolean
  /** reserved height in rem, about the expected height of the drawing */
  room?: number
  /** content below the legend */
  children?: ReactNode
}) {
  const choice = useSeriesChoice(`${title} of ${of}`, listTimelineLineNames(tracks))
  const shown = useMemo(() => hideLines(tracks, choice.hidden), [tracks, choice.hidden])
  const reset = () => {
    choice.reset()
    onWindow(null)
  }
  const zoom = (factor: number) => onWindow(zoomWindow(window, factor, computeMomentAtPosition(window, 0.5), limits))
  return (
    <Panel
      title={title}
      note={note}
      aside={
        <span
          className="flex print:hidden"
          title="Drag to zoom, Shift + drag to pan, Ctrl + wheel to zoom, double click to reset. Keyboard: arrows, +, − and 0"
        >
          <IconButton label="Zoom in" onClick={() => zoom(0.5)}>
            <ZoomInIcon aria-hidden />
          </IconButton>
          <IconButton label="Zoom out" onClick={() => zoom(2)}>
            <ZoomOutIcon aria-hidden />
          </IconButton>
          <IconButton label="Reset zoom" onClick={reset}>
            <MaximizeIcon aria-hidden />
          </IconButton>
        </span>
      }
    >
      {isPending && tracks.length === 0 && (
        <div className="skeleton absolute inset-x-3.5 z-10" style={{ height: `${room - FOOT}rem` }} />
      )}
      <StateTimeline
        tracks={shown}
        window={window}
        whole={whole}
        {...(base && { base })}
        limits={limits}
        now={now}
        onWindow={onWindow}
        onReset={reset}
        leastHeight={isPending ? `${room}rem` : undefined}
        names={names}
        {...(picture && { picture })}
      />
      <TimelineTrackLegend tracks={tracks} choice={choice} />
      {children}
    </Panel>
  )
}
