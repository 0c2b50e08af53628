import { useLayoutEffect, useRef } from 'react'
import { placeTooltip } from './plot/label-places.ts'
import type { ChartTooltipContent } from './plot/plot-model.ts'
import { getSeriesColor } from './plot/plot-theme.ts'

/**
 * Tooltip of all charts, next to the pointer or the crosshair. It shows the time, the value of each series with its
 * unit and bounds, and remarks on the quality of the values. It is a popover, because the scrolling frames of lists
 * would cut it off. The chart around it needs the attribute `data-pointer-area`.
 * @param at position in the chart, px from its top left corner
 */
export function PointerReading({
  reading: { title, lines, notes = [] },
  at,
}: {
  reading: ChartTooltipContent
  at: { x: number; y: number }
}) {
  const place = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const note = place.current
    const chart = note?.closest('[data-pointer-area]')
    if (!note || !chart) return
    if (!note.matches(':popover-open')) note.showPopover()
    const [box, size] = [chart.getBoundingClientRect(), note.getBoundingClientRect()]
    const screen = { width: document.documentElement.clientWidth, height: window.innerHeight }
    const { left, top } = placeTooltip({ x: box.left + at.x, y: box.top + at.y }, size, screen)
    note.style.left = `${left}px`
    note.style.top = `${top}px`
  })
  return (
    <div
      ref={place}
      popover="manual"
      // hidden from screen readers, because the slider gives them the same text
      aria-hidden
      className="pointer-events-none fixed inset-auto m-0 w-max max-w-[min(26rem,calc(100vw-1rem))] rounded-md border bg-surface px-2.5 py-1.5 text-left text-xs font-normal whitespace-normal text-ink shadow-md tabular-nums print:hidden"
      data-plot-tooltip
      suppressHydrationWarning
    >
      <p className="mb-0.5 text-ink-3">{title}</p>
      <dl className="grid grid-cols-[auto_auto] gap-x-3">
        {lines.map((line) => (
          <div key={`${line.name} ${line.value}`} className="contents">
            <dt className="flex items-center gap-1.5 text-ink-2">
              {line.ink && (
                <span className="size-2 shrink-0 rounded-xs" style={{ background: getSeriesColor(line.ink) }} />
              )}
              {line.name}
            </dt>
            <dd className="text-right font-mono">{line.value}</dd>
          </div>
        ))}
      </dl>
      {notes.length > 0 && <p className="mt-0.5 text-ink-3">{notes.join(', ')}</p>}
    </div>
  )
}
