import { useZone } from '../ui/preferences.tsx'
import { chooseTimeTicks } from './time-ticks.ts'

/** Time span in epoch milliseconds. */
export type EventTimeStripWindow = readonly [from: number, to: number]

/** Maximum number of labels on an axis; each label takes 2.75rem. */
const TICKS = 5

const place = (at: number, [from, to]: EventTimeStripWindow) => (100 * (at - from)) / (to - from)

function useTicks(window: EventTimeStripWindow) {
  const zone = useZone()
  return chooseTimeTicks(...window, zone, TICKS).map(({ at, label }) => ({ label, left: place(at, window) }))
}

/** Draws the time labels above one or more bars of events (`EventTimeStrip`). */
export function EventTimeAxis({ window }: { window: EventTimeStripWindow }) {
  return (
    <span aria-hidden className="relative block h-4 font-normal tabular-nums" suppressHydrationWarning>
      {useTicks(window)
        // A label that would be cut off at the left or right end is left out. The line at its position is still drawn.
        .filter(({ left }) => left >= 6 && left <= 94)
        .map(({ label, left }) => (
          <span
            key={left}
            className="absolute -translate-x-1/2 whitespace-nowrap"
            style={{ left: `${left}%` }}
            suppressHydrationWarning
          >
            {label}
          </span>
        ))}
    </span>
  )
}

/**
 * Draws the times of events on a time axis. Each event is a bar, which is at least 3 px wide so that it stays visible.
 */
export function EventTimeStrip({
  window,
  bars,
}: {
  window: EventTimeStripWindow
  bars: readonly { key: string; span: EventTimeStripWindow; fill: string }[]
}) {
  return (
    <span aria-hidden className="relative block h-3.5 overflow-hidden rounded-xs bg-sunken" suppressHydrationWarning>
      {useTicks(window).map(({ left }) => (
        <span key={left} className="absolute inset-y-0 w-px bg-line" style={{ left: `${left}%` }} />
      ))}
      {bars.map(({ key, span: [from, to], fill }) => {
        const left = Math.max(0, place(from, window))
        return (
          <span
            key={key}
            className={`absolute inset-y-0 min-w-[3px] ${fill}`}
            style={{
              left: `min(${left}%, 100% - 3px)`,
              width: `${Math.min(100, place(to, window)) - left}%`,
            }}
          />
        )
      })}
    </span>
  )
}
