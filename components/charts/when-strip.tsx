import { useZone } from '../ui/preferences.tsx'
import { timeTicks } from './time-ticks.ts'

/** Epoch milliseconds. */
export type StripSpan = readonly [from: number, to: number]

/** Most labels of an axis: each takes 2.75rem. */
const TICKS = 5

const place = (at: number, [from, to]: StripSpan) => (100 * (at - from)) / (to - from)

function useTicks(window: StripSpan) {
  const zone = useZone()
  return timeTicks(...window, zone, TICKS).map(({ at, label }) => ({ label, left: place(at, window) }))
}

/** The times of the strips below it. */
export function WhenAxis({ window }: { window: StripSpan }) {
  return (
    <span aria-hidden className="relative block h-4 font-normal tabular-nums" suppressHydrationWarning>
      {useTicks(window)
        // what would be cut at an end has its line only
        .filter(({ left }) => left >= 6 && left <= 94)
        .map(({ label, left }) => (
          <span key={left} className="absolute -translate-x-1/2" style={{ left: `${left}%` }} suppressHydrationWarning>
            {label}
          </span>
        ))}
    </span>
  )
}

/** When something was, within a time: a bar for each, as long as it lasted and never too short to see. */
export function WhenStrip({
  window,
  bars,
}: {
  window: StripSpan
  bars: readonly { key: string; span: StripSpan; fill: string }[]
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
