'use client'

import type { TimelineTrack } from '../charts/state-timeline/tracks.ts'
import { StateTimelinePanel } from '../charts/state-timeline/timeline-panel.tsx'
import type { RangeWindow } from '../time/use-range-window.ts'
import { GapsOmitted } from '../time/gaps-omitted.tsx'
import { Empty } from '../ui/answer-view.tsx'

/** A page's timeline. */
export interface Timeline {
  tracks: TimelineTrack[]
  pending: boolean
  /** a query failed, so tracks may be missing */
  failed: boolean
  /** there are more rows than one response holds */
  isCut: boolean
  /** gaps in the data that are too many to be drawn */
  gapsOmitted: number
}

/** The history of a resource on one time axis with a crosshair, over the time range. */
export function TimelinePanel({
  title,
  note,
  timeline: { tracks, pending, failed, isCut, gapsOmitted },
  time,
  room,
  names,
}: {
  title: string
  note?: string
  timeline: Timeline
  time: RangeWindow
  /** kept while tracks are still to come, rem: about the height that the drawing will have */
  room?: number
  /** room of the names, px at the usual size of type */
  names?: number
}) {
  return (
    <StateTimelinePanel
      title={title}
      isPending={pending}
      {...(room !== undefined && { room })}
      names={names}
      note={pending ? 'loading' : failed ? 'some data could not be loaded' : note}
      tracks={tracks}
      window={time.window}
      whole={time.whole}
      limits={time.limits}
      now={time.now}
      onWindow={time.onWindow}
    >
      {tracks.length === 0 && !pending && <Empty title="No data in this time range">Choose another time range.</Empty>}
      <GapsOmitted count={gapsOmitted} />
      {isCut && <p className="mt-2 text-xs text-ink-2">Only the newest part is shown; choose a shorter time range.</p>}
    </StateTimelinePanel>
  )
}
