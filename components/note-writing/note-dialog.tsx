import { type FormEvent, useState } from 'react'
import { MAX_NOTE_CHARACTERS, WHOLE_ESTATE } from '#lib/contract/vocabulary.ts'
import { SaveErrorText } from '../schema-form/save-error-text.tsx'
import { MomentField } from '../time/moment-field.tsx'
import { Button } from '../ui/button.tsx'
import { DialogFrame } from '../ui/overlay/lazy-overlays.tsx'
import { LabelledControl, fieldBoxClass, SelectField } from '../ui/field.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { type NoteDraft, type ResourcesWithNotes, focusElement } from '../notes/note-text.ts'
import { useNoteCommand } from '../notes/use-note-command.ts'

/** Dialog in which a user writes or changes a note. */
export function NoteDialog({
  place: { scopes, subject = null, name },
  draft,
  onDone,
}: {
  place: ResourcesWithNotes
  draft: NoteDraft
  onDone: () => void
}) {
  const [{ from, to, text }, setDraft] = useState(draft)
  const [isEstate, setEstate] = useState(scopes === null)
  const set = (change: Partial<NoteDraft>) => setDraft((before) => ({ ...before, ...change }))
  const now = useRealNow()
  const send = useNoteCommand()
  const about = isEstate ? { scope: WHOLE_ESTATE } : { scope: scopes?.[0], subject }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const body = { from, to, text: text.trim(), ...(draft.id === null && about) }
    send.mutate({ method: draft.id === null ? 'POST' : 'PUT', id: draft.id, body }, { onSuccess: onDone })
  }
  const past = (at: number) => (at <= now ? null : 'This is in the future.')
  return (
    <DialogFrame title={draft.id === null ? 'Add note' : 'Edit note'} onClose={onDone}>
      <form onSubmit={submit} className="grid gap-3 sm:grid-cols-2">
        <LabelledControl label="Note" className="sm:col-span-2">
          {(described) => (
            <textarea
              ref={focusElement}
              rows={3}
              maxLength={MAX_NOTE_CHARACTERS}
              className={`${fieldBoxClass} h-auto py-1.5`}
              value={text}
              onChange={({ target }) => set({ text: target.value })}
              {...described}
            />
          )}
        </LabelledControl>
        <MomentField label="At" value={from} faultOf={past} onChange={(at) => at !== null && set({ from: at })} />
        <MomentField
          label="Until, for a range"
          value={to}
          faultOf={(at) => past(at) ?? (at > Date.parse(from) ? null : 'This is before the start.')}
          onChange={(at) => set({ to: at })}
        />
        {draft.id === null && scopes !== null && (
          <SelectField
            label="About"
            value={isEstate ? WHOLE_ESTATE : ''}
            onChange={({ target }) => setEstate(target.value === WHOLE_ESTATE)}
            options={[
              { value: '', label: name },
              { value: WHOLE_ESTATE, label: 'The whole estate' },
            ]}
          />
        )}
        <div className="flex items-center justify-end gap-2 self-end sm:col-start-2">
          <SaveErrorText why={send.error} />
          <Button type="submit" variant="strong" disabled={send.isPending || text.trim() === ''}>
            Save
          </Button>
        </div>
      </form>
    </DialogFrame>
  )
}
