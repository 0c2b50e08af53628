import { memo } from 'react'
import type { ChartLayout } from './chart-layout.ts'
import { LaneDrawing } from './lane-drawing.tsx'
import type { TimeWindow } from './time-window.ts'

/** All lanes, drawn anew when what they show changes, and not while the crosshair moves over them: sixty lanes hold thousands of marks. */
export const LaneDrawings = memo(function LaneDrawings({
  layout: { lanes, plot, rowHeight },
  ...rest
}: {
  layout: ChartLayout
  window: TimeWindow
  now: number
  scale: number
  hatches: string
}) {
  return lanes.map((placed) => (
    <LaneDrawing key={placed.lane.key} placed={placed} plot={plot} rowHeight={rowHeight} {...rest} />
  ))
})
