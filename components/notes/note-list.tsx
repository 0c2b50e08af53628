import NoteIcon from 'lucide-react/icons/message-square'
import EditIcon from 'lucide-react/icons/pencil'
import { type ReactNode, useState } from 'react'
import type { UserNote } from '#lib/incidents/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { useZone } from '../ui/preferences.tsx'
import { RemoveButton } from '../ui/remove-button.tsx'
import { useToast } from '../ui/toast.tsx'
import { useToday } from '../ui/times/page-clock.tsx'
import { TimeBoundsText, MomentText } from '../ui/times/time.tsx'
import { filterNotes, formatNoteSignature } from './note-text.ts'
import { useNoteCommand } from './use-note-command.ts'
import { AddNote, useNotes } from './notes.tsx'

/**
 * Line below a chart with a button that shows the notes in the chart's time range, and with further buttons.
 * @param time time range of the chart, epoch milliseconds; null = the chart has no time axis
 */
export function ChartNotesFooter({ time, children }: { time: readonly [number, number] | null; children?: ReactNode }) {
  const notes = useNotes()
  const [isOpen, setOpen] = useState(false)
  const own = notes && time && filterNotes(notes.notes, ...time)
  return (
    <>
      <div className="mt-1 flex justify-end gap-1.5 print:hidden">
        {own && (
          <Button variant="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            <NoteIcon aria-hidden />
            Notes{own.length > 0 && ` (${own.length})`}
          </Button>
        )}
        {children}
      </div>
      {isOpen && own && (
        <div className="mt-1 rounded-md border px-2.5 py-1.5">
          <NoteList notes={own} scoped={notes.isScoped} />
          <AddNote variant="plain" />
        </div>
      )}
    </>
  )
}

/** List of users' notes with author and time, in which users edit and delete notes. */
export function NoteList({ notes, scoped = false }: { notes: readonly UserNote[]; scoped?: boolean }) {
  const zone = useZone()
  const today = useToday()
  const page = useNotes()
  const send = useNoteCommand()
  const notify = useToast()
  const failed = ({ message }: Error) => notify({ tone: 'down', title: 'Not deleted', detail: message })
  return (
    <ul className="divide-y empty:hidden">
      {notes.map((note) => (
        <li key={note.id} className="flex min-h-9 flex-wrap items-center gap-x-3 text-xs">
          <span className="text-ink-2 tabular-nums">
            {note.to === null ? <MomentText at={note.from} /> : <TimeBoundsText bounds={[note.from, note.to]} />}
          </span>
          <span className="min-w-0 flex-[1_1_16rem] text-sm wrap-anywhere">
            {scoped && <span className="text-ink-2">{note.scopeName ?? 'Whole estate'}: </span>}
            {note.text}
          </span>
          <span className="text-ink-3" suppressHydrationWarning>
            {formatNoteSignature(note, zone, today)}
          </span>
          {page && (
            <span className="flex print:hidden">
              <DisableControlsWithoutRight right="acknowledge" isSmall inPast>
                <IconButton label={`Edit note ${note.text}`} onClick={() => page.write(note)}>
                  <EditIcon aria-hidden />
                </IconButton>
                <RemoveButton
                  one="note"
                  name={note.text}
                  effect="Charts no longer show it. The audit log keeps it."
                  onRemove={() => send.mutateAsync({ method: 'DELETE', id: note.id, body: {} }, { onError: failed })}
                />
              </DisableControlsWithoutRight>
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}
