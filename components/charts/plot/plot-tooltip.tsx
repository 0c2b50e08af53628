import { ink } from './theme.ts'
import type { PlotReading } from './plot-model.ts'

/** The reading of a chart at one stop: time, each series with its unit and bounds, and the limits of the reading. Recharts places it. */
export function PlotTooltip({ reading: { title, lines, notes = [] } }: { reading: PlotReading }) {
  return (
    <div
      // the slider gives the same text to screen readers
      aria-hidden
      className="pointer-events-none w-max max-w-[min(20rem,90vw)] rounded-md border bg-surface px-2.5 py-1.5 text-xs shadow-md print:hidden"
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
