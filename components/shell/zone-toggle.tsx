'use client'

import { formatMoment, zoneLabel } from '../format/instant.ts'
import { useNow } from '../ui/clock.tsx'
import { usePreferences } from '../ui/preferences.tsx'

/** The current time in the chosen zone; a click switches between UTC and the browser's zone. */
export function ZoneToggle() {
  const { zone, setLocalZone } = usePreferences()
  const now = useNow()
  const utc = zone === 'UTC'
  return (
    <button
      type="button"
      aria-pressed={!utc}
      title={utc ? 'Show local time' : 'Show UTC'}
      onClick={() => setLocalZone(utc)}
      className="h-7 rounded-md px-2 font-mono text-xs whitespace-nowrap text-ink-2 hover:bg-hover hover:text-ink"
      suppressHydrationWarning
    >
      {formatMoment(now, zone, now)} <span className="text-ink-3">{zoneLabel(now, zone)}</span>
      <span className="sr-only">, show {utc ? 'local time' : 'UTC'}</span>
    </button>
  )
}
