'use client'

import { zoneLabel } from '../format/instant.ts'
import { useZone } from '../ui/preferences.tsx'
import { timeTicks } from './time-ticks.ts'
import { useWidth } from './use-width.ts'

/** Width of one label, px at the usual size of type. */
const LABEL_PX = 72

/** The time axis under a chart, hidden from screen readers: the chart has its own description. */
export function TimeAxis({ from, to }: { from: number; to: number }) {
  const zone = useZone()
  const [place, width] = useWidth<HTMLDivElement>()
  const ticks = timeTicks(from, to, zone, Math.max(2, Math.floor((width ?? 600) / LABEL_PX)))
  return (
    <div ref={place} aria-hidden="true" className="relative h-5 border-t text-2xs text-ink-3">
      {ticks.map(({ at, label }) => {
        const share = ((at - from) / Math.max(1, to - from)) * 100
        return (
          <span key={at} className="absolute top-0 h-1 border-l border-line-strong" style={{ left: `${share}%` }}>
            {share > 3 && share < 95 && (
              <span className="absolute top-0.5 -translate-x-1/2 whitespace-nowrap">{label}</span>
            )}
          </span>
        )
      })}
      <span className="sr-only">{zoneLabel(from, zone)}</span>
    </div>
  )
}
