import { useEffect, useState } from 'react'
import { formatZoneLabel } from '../format/instant.ts'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { LabelledControl, fieldBoxClass } from '../ui/field.tsx'
import { useZone } from '../ui/preferences.tsx'
import { MomentInput } from './moment-input.tsx'
import {
  findTypedMomentFault,
  formatClockChangeNote,
  formatTypedMoment,
  parseTypedMoment,
  parseWallClock,
} from './typed-moment.ts'

/**
 * Field for a time in the chosen time zone. Its label contains the zone. A complete date and time takes effect while
 * the user types. `03:12`, `yesterday 03:12` or a date without a time takes effect on Enter or when the field loses the
 * focus; the field then shows the full date and time.
 * @param value ISO 8601; null = empty
 * @param faultOf returns an error message if a valid time is not allowed here, for example because it is too late; null
 *   if it is allowed. A time with an error is not set
 */
export function MomentField({
  label,
  value,
  onChange,
  faultOf = () => null,
  className,
}: {
  label: string
  value: string | null
  /** called with ISO 8601, or with null if the user emptied the field */
  onChange: (value: string | null) => void
  faultOf?: (at: number) => string | null
  className?: string
}) {
  const zone = useZone()
  const now = useRealNow()
  const at = value === null ? null : Date.parse(value)
  const shown = at === null ? '' : formatTypedMoment(at, zone)
  const [draft, setDraft] = useState(shown)
  const [isLeft, setLeft] = useState(false)
  // If the typed text means the same time as the value, it is kept, because replacing it would move the caret.
  useEffect(() => {
    setDraft((typed) => (typed !== '' && isSame(typed, at, zone) ? typed : shown))
    setLeft(false)
  }, [shown, at, zone])
  const set = (read: number | null) => {
    if (read !== at && (read === null || faultOf(read) === null))
      onChange(read === null ? null : new Date(read).toISOString())
  }
  const onText = (text: string) => {
    setDraft(text)
    setLeft(false)
    const read = parseWallClock(text, zone)
    if (read !== null) set(read)
  }
  const commit = () => {
    const text = draft.trim()
    setLeft(true)
    if (text === '') return set(null)
    const read = parseTypedMoment(text, now, zone)
    if (read === null) return
    setDraft(formatTypedMoment(read, zone))
    set(read)
  }
  const read = parseTypedMoment(draft, now, zone)
  const unreadable = isLeft && draft.trim() !== '' ? findTypedMomentFault(draft, now, zone) : null
  const fault = unreadable ?? (read === null ? null : faultOf(read))
  return (
    <LabelledControl
      label={`${label} (${formatZoneLabel(at ?? now, zone)})`}
      hint={formatClockChangeNote(draft, now, zone) ?? undefined}
      error={fault ?? undefined}
      className={className}
    >
      {(described) => (
        <MomentInput
          className={`${fieldBoxClass} font-mono tabular-nums`}
          value={draft}
          onText={onText}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit()
          }}
          {...described}
        />
      )}
    </LabelledControl>
  )
}

const isSame = (typed: string, at: number | null, zone: string) =>
  at !== null && parseWallClock(typed, zone) === Math.floor(at / 1000) * 1000
