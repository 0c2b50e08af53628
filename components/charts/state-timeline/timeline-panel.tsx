import MaximizeIcon from 'lucide-react/icons/maximize-2'
import ZoomInIcon from 'lucide-react/icons/zoom-in'
import ZoomOutIcon from 'lucide-react/icons/zoom-out'
import type { ReactNode } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { TrackKey } from './track-key.tsx'
import { StateTimeline, type TimelineProps } from './state-timeline.tsx'
import { computeMomentAtPosition, zoomWindow } from './time-window.ts'

const ROOM = 24

/** Shows a state timeline with zoom buttons and a legend. */
export function StateTimelinePanel({
  title,
  note,
  isPending = false,
  room = ROOM,
  tracks,
  window,
  whole,
  limits,
  now,
  onWindow,
  names,
  picture,
  children,
}: Omit<TimelineProps, 'leastHeight'> & {
  title: string
  note?: ReactNode
  /** whether tracks are still loading; the panel then reserves the height `room` */
  isPending?: boolean
  /** reserved height in rem, about the expected height of the drawing */
  room?: number
  /** content below the legend */
  children?: ReactNode
}) {
  const zoom = (factor: number) => onWindow(zoomWindow(window, factor, computeMomentAtPosition(window, 0.5), limits))
  return (
    <Panel
      title={title}
      note={note}
      aside={
        <span className="flex print:hidden" title="Drag to pan, Ctrl + wheel to zoom. Keyboard: arrows, + and −">
          <IconButton label="Zoom in" onClick={() => zoom(0.5)}>
            <ZoomInIcon aria-hidden />
          </IconButton>
          <IconButton label="Zoom out" onClick={() => zoom(2)}>
            <ZoomOutIcon aria-hidden />
          </IconButton>
          <IconButton label="Reset zoom" onClick={() => onWindow(null)}>
            <MaximizeIcon aria-hidden />
          </IconButton>
        </span>
      }
    >
      <StateTimeline
        tracks={tracks}
        window={window}
        whole={whole}
        limits={limits}
        now={now}
        onWindow={onWindow}
        leastHeight={isPending ? `${room}rem` : undefined}
        names={names}
        {...(picture && { picture })}
      />
      <TrackKey tracks={tracks} />
      {children}
    </Panel>
  )
}
