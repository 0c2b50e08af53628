import { memo } from 'react'
import type { ChartLayout } from './chart-layout.ts'
import { TrackDrawing } from './track-drawing.tsx'
import type { TimeWindow } from './time-window.ts'

/** All tracks, rendered when their content changes and not when the crosshair moves: sixty tracks hold thousands of marks. */
export const TrackDrawings = memo(function TrackDrawings({
  layout: { tracks, plot, rowHeight },
  ...rest
}: {
  layout: ChartLayout
  window: TimeWindow
  now: number
  scale: number
  hatches: string
}) {
  return tracks.map((placed) => (
    <TrackDrawing key={placed.track.key} placed={placed} plot={plot} rowHeight={rowHeight} {...rest} />
  ))
})
