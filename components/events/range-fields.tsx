'use client'

import { fromInputValue, toInputValue, zoneLabel } from '../format/instant.ts'
import { useNow } from '../ui/clock.tsx'
import { TextField } from '../ui/field.tsx'
import { useZone } from '../ui/preferences.tsx'

/** The time in which events are looked for: two moments, each of which may be left open. */
export function RangeFields({
  from,
  to,
  onChange,
}: {
  from: string | null
  to: string | null
  onChange: (range: { from?: string | null; to?: string | null }) => void
}) {
  const zone = useZone()
  const now = useNow()
  const label = zoneLabel(now, zone)
  const field = (name: 'from' | 'to', value: string | null) => {
    const shown = value === null ? '' : toInputValue(Date.parse(value), zone)
    return (
      <TextField
        key={`${name}/${shown}`}
        label={`${name === 'from' ? 'From' : 'To'} (${label})`}
        type="datetime-local"
        step={1}
        defaultValue={shown}
        className="w-48"
        onChange={(event) => {
          if (event.target.value === '') onChange({ [name]: null })
          const moment = fromInputValue(event.target.value, zone)
          if (moment !== null) onChange({ [name]: new Date(moment).toISOString() })
        }}
      />
    )
  }
  return (
    <>
      {field('from', from)}
      {field('to', to)}
    </>
  )
}
