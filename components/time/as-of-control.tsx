'use client'

import { useEffect, useState } from 'react'
import type { UncoveredInterval } from '#lib/contract/index.ts'
import { fromInputValue, toInputValue, zoneLabel } from '../format/instant.ts'
import { DataGaps } from './data-gaps.tsx'
import { Button } from '../ui/button.tsx'
import { useNow } from '../ui/clock.tsx'
import { TextField } from '../ui/field.tsx'
import { useZone } from '../ui/preferences.tsx'
import { Moment } from '../ui/time.tsx'

/** Chooses the time of a table: now or a time in the past. `at` is ISO 8601, null = now. */
export function AsOfControl({ at, onChange }: { at: string | null; onChange: (at: string | null) => void }) {
  const zone = useZone()
  const now = useNow()
  const shown = at === null ? '' : toInputValue(Date.parse(at), zone)
  const [draft, setDraft] = useState(shown)
  // the typed text stays while it means the same time: rewriting it would lose the cursor's position
  useEffect(() => setDraft((typed) => (isSame(typed, shown, zone) ? typed : shown)), [shown, zone])
  return (
    <span className="flex items-end gap-2">
      <TextField
        label={`As of (${zoneLabel(now, zone)})`}
        type="datetime-local"
        step={1}
        value={draft}
        max={toInputValue(now + 86_400_000, zone).slice(0, 16)}
        onChange={(event) => {
          setDraft(event.target.value)
          const moment = fromInputValue(event.target.value, zone)
          if (moment !== null && event.target.value.length >= 16) onChange(new Date(moment).toISOString())
        }}
        className="w-52"
      />
      <Button onClick={() => onChange(at === null ? new Date(now).toISOString() : null)}>
        {at === null ? 'Pin now' : 'Back to now'}
      </Button>
    </span>
  )
}

const isSame = (a: string, b: string, zone: string) => fromInputValue(a, zone) === fromInputValue(b, zone)

/** States that a table shows the past, with the gaps in its data. */
export function PastNotice({ at, uncovered }: { at: string | null; uncovered: UncoveredInterval[] | undefined }) {
  if (at === null) return null
  return (
    <div className="border-t bg-sunken px-3.5 py-2 text-xs text-ink-2">
      Shown as of <Moment at={at} className="font-semibold text-ink" />; it does not change any more.
      <DataGaps intervals={uncovered} most={5} />
    </div>
  )
}
