import { useEffect, useState } from 'react'
import { zoneLabel } from '../format/instant.ts'
import { useRealNow } from '../ui/times/clock.tsx'
import { Labelled, fieldBox } from '../ui/field.tsx'
import { useZone } from '../ui/preferences.tsx'
import { MomentInput } from './moment-input.tsx'
import { momentFault, momentNote, typedMomentText, readTypedMoment, typedWallClock } from './typed-moment.ts'

/**
 * Labelled field for a time in the chosen zone, which is named in the label. A complete date and time takes effect
 * while typing. `03:12`, `yesterday 03:12` or a date without a time take effect on Enter or when the field loses the
 * focus, and are then written in full.
 * @param value ISO 8601; null = empty
 * @param faultOf returns the error of a valid time, null if it is acceptable; a time with an error is not set
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
  /** null if the field was emptied */
  onChange: (value: string | null) => void
  faultOf?: (at: number) => string | null
  className?: string
}) {
  const zone = useZone()
  const now = useRealNow()
  const at = value === null ? null : Date.parse(value)
  const shown = at === null ? '' : typedMomentText(at, zone)
  const [draft, setDraft] = useState(shown)
  const [isLeft, setLeft] = useState(false)
  // keep the typed text while it means the same time, because replacing it would move the caret
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
    const read = typedWallClock(text, zone)
    if (read !== null) set(read)
  }
  const commit = () => {
    const text = draft.trim()
    setLeft(true)
    if (text === '') return set(null)
    const read = readTypedMoment(text, now, zone)
    if (read === null) return
    setDraft(typedMomentText(read, zone))
    set(read)
  }
  const read = readTypedMoment(draft, now, zone)
  const unreadable = isLeft && draft.trim() !== '' ? momentFault(draft, now, zone) : null
  const fault = unreadable ?? (read === null ? null : faultOf(read))
  return (
    <Labelled
      label={`${label} (${zoneLabel(at ?? now, zone)})`}
      hint={momentNote(draft, now, zone) ?? undefined}
      error={fault ?? undefined}
      className={className}
    >
      {(described) => (
        <MomentInput
          className={`${fieldBox} font-mono tabular-nums`}
          value={draft}
          onText={onText}
          onBlur={commit}
          onKeyDown={(event) => {
            if (event.key === 'Enter') commit()
          }}
          {...described}
        />
      )}
    </Labelled>
  )
}

const isSame = (typed: string, at: number | null, zone: string) =>
  at !== null && typedWallClock(typed, zone) === Math.floor(at / 1000) * 1000
