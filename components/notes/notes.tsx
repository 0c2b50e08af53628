import { createContext, type CSSProperties, use } from 'react'
import type { UserNote } from '#lib/incidents/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { getServerNow } from '../data/server-clock.ts'
import { formatInstant } from '../format/instant.ts'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { Button } from '../ui/button.tsx'
import { useZone } from '../ui/preferences.tsx'
import { type NoteDraft, focusElement } from './note-text.ts'

interface Notes {
  notes: readonly UserNote[]
  /** whether each note shows the name of its resource, because the notes belong to several resources */
  isScoped: boolean
  write: (draft: NoteDraft) => void
}

export const NotesContext = createContext<Notes | null>(null)

/** Returns the notes that the charts draw, and a function to write a note; null if the charts have no notes. */
export const useNotes = (): Notes | null => use(NotesContext)

/** Button that opens the dialog to write a note about the page time. */
export function AddNote({ variant = 'quiet' }: { variant?: 'plain' | 'quiet' }) {
  const at = useSelectedPastMoment()
  const notes = useNotes()
  return (
    <DisableControlsWithoutRight right="acknowledge" isSmall inPast>
      <Button variant={variant} onClick={() => notes?.write(draftAt(at === null ? getServerNow() : Date.parse(at)))}>
        Add note
      </Button>
    </DisableControlsWithoutRight>
  )
}

const draftAt = (at: number): NoteDraft => ({ id: null, from: new Date(at).toISOString(), to: null, text: '' })

/**
 * Button to write a note about a moment in a chart. It appears where the user clicked, and disappears when it loses the
 * focus.
 */
export function AddNoteAtMoment({ at, style, onDone }: { at: number; style: CSSProperties; onDone: () => void }) {
  const zone = useZone()
  const notes = useNotes()
  if (!notes) return null
  return (
    <span className="absolute z-10 -translate-x-1/2 print:hidden" style={style}>
      <DisableControlsWithoutRight right="acknowledge" isSmall inPast>
        <Button
          ref={focusElement}
          className="shadow-md"
          title={formatInstant(at, zone)}
          onBlur={onDone}
          onKeyDown={({ key }) => key === 'Escape' && onDone()}
          onClick={() => {
            notes.write(draftAt(at))
            onDone()
          }}
        >
          Note here
        </Button>
      </DisableControlsWithoutRight>
    </span>
  )
}
