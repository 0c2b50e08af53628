import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { createLazyPlot } from './lazy-plot.tsx'
import type { TimeBrushRange } from './time-brush.tsx'
import { useElementSize } from './use-size.ts'

const TimeBrush = createLazyPlot(() => import('./time-brush.tsx'))

/** Minimum length in milliseconds of a time range for which a chart has a brush. */
const LONG_MS = 48 * MS_PER_HOUR

/** Row below a chart over a long time range, with a brush that shows and moves the visible part. */
export const TimeBrushRow = (props: TimeBrushRange) =>
  props.base.to - props.base.from > LONG_MS ? <LongRangeBrush {...props} /> : null

function LongRangeBrush({ label, ...brush }: TimeBrushRange) {
  const [place, size] = useElementSize<HTMLDivElement>()
  return (
    <div ref={place} className="relative mt-1 h-7 text-xs print:hidden" data-brush-row>
      {size && size.width > 0 && <TimeBrush {...size} {...brush} label={`Visible part of ${label}`} />}
    </div>
  )
}
