'use client'

import type { TimelineTrack } from '../charts/state-timeline/tracks.ts'
import { StateTimelinePanel } from '../charts/state-timeline/timeline-panel.tsx'
import { TimeRangePicker } from '../time/time-range-picker.tsx'
import type { RangeWindow } from '../time/use-range-window.ts'
import { Empty } from '../ui/answer-view.tsx'

/** What was read for a page's axis of time. */
export interface Timeline {
  tracks: TimelineTrack[]
  pending: boolean
  /** something could not be read, so that tracks may be missing */
  failed: boolean
  /** there is more than one answer holds */
  isCut: boolean
}

/** The past of a thing on one axis with one crosshair: everything that was seen of it, over the page's time. */
export function TimelinePanel({
  title,
  timeline: { tracks, pending, failed, isCut },
  time: { range, setRange, ...time },
}: {
  title: string
  timeline: Timeline
  time: RangeWindow
}) {
  return (
    <StateTimelinePanel
      title={title}
      note={pending ? 'reading' : failed ? 'some of it could not be read' : undefined}
      tracks={tracks}
      {...time}
      controls={<TimeRangePicker range={range} onChange={setRange} />}
    >
      {tracks.length === 0 && !pending && <Empty title="Nothing was seen in this time">Choose another time.</Empty>}
      {isCut && (
        <p className="mt-2 text-xs text-ink-2">This is the newest part; choose a shorter time to see all of it.</p>
      )}
    </StateTimelinePanel>
  )
}
