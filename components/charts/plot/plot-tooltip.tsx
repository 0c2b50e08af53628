import { clsx } from 'clsx'
import type { CSSProperties } from 'react'
import { ink } from './theme.ts'
import type { PlotReading } from './plot-model.ts'

/** Below this width of a plot the tooltip lies over the crosshair instead of beside it, px. */
const NARROW_PX = 480
/** What is free beside a narrow plot, px: a wider tooltip would leave the screen. */
const MARGINS_PX = 24

/** What a chart says at the pointer or the selected stop: when, each series with its unit and bounds, and what limits it. */
export function PlotTooltip({
  reading: { title, lines, notes = [] },
  x,
  y,
  width,
}: {
  reading: PlotReading
  /** share of the plotted area, 0 to 1, from the left */
  x: number
  /** from the top */
  y: number
  /** of the plotted area, px */
  width: number
}) {
  return (
    <div
      // the slider says the same to screen readers
      aria-hidden
      className={clsx(
        'pointer-events-none absolute z-20 w-max max-w-[min(20rem,90vw)] rounded-md border bg-surface px-2.5 py-1.5 text-xs shadow-md',
        'print:hidden',
      )}
      style={placeOf(x, y, width)}
      data-plot-tooltip
      suppressHydrationWarning
    >
      <p className="mb-0.5 text-xs text-ink-3">{title}</p>
      <dl className="grid grid-cols-[auto_auto] gap-x-3">
        {lines.map((line) => (
          <div key={line.name} className="contents">
            <dt className="flex items-center gap-1.5 text-ink-2">
              {line.ink && <span className="size-2 shrink-0 rounded-xs" style={{ background: ink(line.ink) }} />}
              {line.name}
            </dt>
            <dd className="text-right font-mono whitespace-nowrap">{line.value}</dd>
          </div>
        ))}
      </dl>
      {notes.length > 0 && <p className="mt-0.5 text-ink-3">{notes.join(', ')}</p>}
    </div>
  )
}

/** Beside the crosshair on the side with more room; moved by its own share in height, so that it never leaves the plot. */
function placeOf(x: number, y: number, width: number): CSSProperties {
  const top = `${y * 100}%`
  const up = `${-y * 100}%`
  if (width < NARROW_PX) {
    return { top, left: `${x * 100}%`, transform: `translate(${-x * 100}%, ${up})`, maxWidth: width + MARGINS_PX }
  }
  return x > 0.5
    ? { top, right: `calc(${(1 - x) * 100}% + 0.75rem)`, transform: `translateY(${up})` }
    : { top, left: `calc(${x * 100}% + 0.75rem)`, transform: `translateY(${up})` }
}
