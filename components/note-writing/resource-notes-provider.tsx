import { type ReactNode, useMemo, useState } from 'react'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { useEndpointQuery } from '../data/index.ts'
import type { NoteDraft, ResourcesWithNotes } from '../notes/note-text.ts'
import { NotesContext } from '../notes/notes.tsx'
import { createLazyComponent } from '../ui/lazy-part.tsx'

const NoteDialog = createLazyComponent(() => import('./note-dialog.tsx').then((part) => part.NoteDialog))

/**
 * Provides the users' notes about a resource to the charts inside. The charts draw the notes, and the user can write
 * new notes in them (ADR 0266).
 */
export function ResourceNotesProvider({ place, children }: { place: ResourcesWithNotes; children: ReactNode }) {
  const { scopes, subject = null } = place
  const { data } = useEndpointQuery('notes', scopes ? { scope: scopes.join(',') } : {})
  const [draft, setDraft] = useState<NoteDraft | null>(null)
  const value = useMemo(
    () => ({
      notes: (data?.data ?? []).filter((note) => subject === null || [null, subject].includes(note.subject)),
      isScoped: scopes?.length !== 1,
      write: setDraft,
    }),
    [data, subject, scopes?.length],
  )
  return (
    <NotesContext value={value}>
      {children}
      {draft && (
        <DisableControlsWithoutRight right="acknowledge" inPast>
          <NoteDialog place={place} draft={draft} onDone={() => setDraft(null)} />
        </DisableControlsWithoutRight>
      )}
    </NotesContext>
  )
}
