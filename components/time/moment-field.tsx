import { useEffect, useState } from 'react'
import { zoneLabel } from '../format/instant.ts'
import { useRealNow } from '../ui/times/clock.tsx'
import { Labelled, fieldBox } from '../ui/field.tsx'
import { useZone } from '../ui/preferences.tsx'
import { MomentInput } from './moment-input.tsx'
import { momentFault, momentNote, typedMomentText, readTypedMoment, typedWallClock } from './typed-moment.ts'

/**
 * A labelled moment in the chosen zone, which stands in the label. A whole date and time counts as it is typed; `03:12`, `yesterday 03:12`
 * and a date alone do on Enter or when the field is left, which also writes them out.
 * @param value ISO 8601; null = empty
 * @param faultOf what is wrong with a moment that can be read, in words; such a one is not set
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
  /** null where it was emptied */
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
  // the typed text stays while it means the same time: rewriting it would lose the caret's position
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
