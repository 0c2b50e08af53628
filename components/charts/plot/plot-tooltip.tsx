'use client'

import { formatMoment, zoneLabel } from '../../format/instant.ts'
import { useNow } from '../../ui/clock.tsx'
import { useZone } from '../../ui/preferences.tsx'

export interface TooltipLine {
  name: string
  value: string
}

/** What a chart says at the pointer or the selected point: when, in the chosen zone, and each series. */
export function PlotTooltip({ at, lines }: { at: number; lines: readonly TooltipLine[] }) {
  const zone = useZone()
  const now = useNow()
  return (
    <div className="rounded-md border bg-surface px-2.5 py-1.5 text-xs shadow-md">
      <p className="mb-0.5 text-2xs text-ink-3">
        {formatMoment(at, zone, now)} {zoneLabel(at, zone)}
      </p>
      <dl className="grid grid-cols-[auto_auto] gap-x-3">
        {lines.map(({ name, value }) => (
          <div key={name} className="contents">
            <dt className="text-ink-2">{name}</dt>
            <dd className="text-right font-mono">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
