import { useMemo, useState } from 'react'
import { Brush, ComposedChart } from 'recharts'
import { formatMinute } from '../../format/instant.ts'
import { useValueAfterGesture } from '../use-live-view.ts'
import { useZone } from '../../ui/preferences.tsx'
import { computeMomentAtPosition, computePositionInWindow, type TimeWindow } from '../state-timeline/time-window.ts'

/** Number of steps of the brush. */
const STEPS = 300

export interface TimeBrushRange {
  /** whole time range of the brush, which is the range before the first zoom, epoch milliseconds */
  base: TimeWindow
  /** range between the handles, epoch milliseconds */
  window: TimeWindow
  label: string
  /** space at the left and at the right of the brush, px */
  left: number
  right: number
  onWindow: (window: TimeWindow) => void
}

/** Draws a bar over a long time range with two handles (Recharts' `Brush`), which select the visible part. */
export default function TimeBrush({
  base,
  window,
  label,
  width,
  height,
  left,
  right,
  onWindow,
}: TimeBrushRange & { width: number; height: number }) {
  const zone = useZone()
  const data = useMemo(
    () => Array.from({ length: STEPS + 1 }, (_, step) => ({ at: computeMomentAtPosition(base, step / STEPS) })),
    [base],
  )
  const stepAt = (at: number) => Math.round(Math.min(1, Math.max(0, computePositionInWindow(base, at))) * STEPS)
  const [moved, setMoved] = useState<{ startIndex: number; endIndex: number } | null>(null)
  useValueAfterGesture(moved, ({ startIndex, endIndex }) => {
    setMoved(null)
    const [from, to] = [startIndex, endIndex].map((step) => computeMomentAtPosition(base, step / STEPS))
    if (from !== undefined && to !== undefined && from < to) onWindow({ from, to })
  })
  const { startIndex, endIndex } = moved ?? { startIndex: stepAt(window.from), endIndex: stepAt(window.to) }
  return (
    <ComposedChart width={width} height={height} data={data} margin={{ top: 0, right, bottom: 0, left }}>
      <Brush
        dataKey="at"
        ariaLabel={label}
        x={left}
        y={1}
        width={width - left - right}
        height={height - 2}
        travellerWidth={9}
        startIndex={startIndex}
        endIndex={Math.max(startIndex + 1, endIndex)}
        tickFormatter={(at: number) => formatMinute(at, zone, null)}
        fill="var(--sunken)"
        stroke="var(--ink-3)"
        onChange={setMoved}
      />
    </ComposedChart>
  )
}
