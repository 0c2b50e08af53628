'use client'

import MaximizeIcon from 'lucide-react/icons/maximize-2'
import ZoomInIcon from 'lucide-react/icons/zoom-in'
import ZoomOutIcon from 'lucide-react/icons/zoom-out'
import type { ReactNode, RefObject } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { Panel } from '../../ui/panel.tsx'
import { TrackKey } from './track-key.tsx'
import type { TimelineTrack } from './tracks.ts'
import { StateTimeline } from './state-timeline.tsx'
import { momentAt, type TimeWindow, zoomed } from './time-window.ts'

/** Tracks on one axis of time, with the buttons that look closer and the meaning of the marks. */
export function StateTimelinePanel({
  title,
  note,
  tracks,
  window,
  whole,
  limits,
  now,
  onWindow,
  picture,
  controls,
  children,
}: {
  title: string
  note?: ReactNode
  tracks: readonly TimelineTrack[]
  window: TimeWindow
  /** what is shown at first */
  whole: TimeWindow
  limits: TimeWindow
  now: number
  /** null = what is shown at first */
  onWindow: (window: TimeWindow | null) => void
  picture?: RefObject<SVGSVGElement | null>
  /** stands beside the buttons */
  controls?: ReactNode
  /** stands below the meaning of the marks */
  children?: ReactNode
}) {
  const zoom = (factor: number) => onWindow(zoomed(window, factor, momentAt(window, 0.5), limits))
  return (
    <Panel
      title={title}
      note={note}
      aside={
        <>
          {controls}
          <span className="flex print:hidden">
            <IconButton label="Look closer" onClick={() => zoom(0.5)}>
              <ZoomInIcon aria-hidden />
            </IconButton>
            <IconButton label="Look from further off" onClick={() => zoom(2)}>
              <ZoomOutIcon aria-hidden />
            </IconButton>
            <IconButton label="Show all of it" onClick={() => onWindow(null)}>
              <MaximizeIcon aria-hidden />
            </IconButton>
          </span>
        </>
      }
    >
      <StateTimeline
        tracks={tracks}
        window={window}
        whole={whole}
        limits={limits}
        now={now}
        onWindow={onWindow}
        {...(picture && { picture })}
      />
      <TrackKey tracks={tracks} />
      {children}
    </Panel>
  )
}
