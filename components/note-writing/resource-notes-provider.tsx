import { type ReactNode, useMemo, useState } from 'react'
import { RequireRight } from '../access/require-right.tsx'
import { useEndpoint } from '../data/index.ts'
import type { NoteDraft, NotesPlace } from '../notes/note-text.ts'
import { NotesContext } from '../notes/notes.tsx'
import { createLazyComponent } from '../ui/lazy-part.tsx'

const NoteDialog = createLazyComponent(() => import('./note-dialog.tsx').then((part) => part.NoteDialog))

/**
 * Provides the users' notes about a resource to the charts inside. The charts draw the notes, and the user can write
 * new notes in them (ADR 0266).
 */
export function ResourceNotesProvider({ place, children }: { place: NotesPlace; children: ReactNode }) {
  const { scopes, subject = null } = place
  const { data } = useEndpoint('notes', scopes ? { scope: scopes.join(',') } : {})
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
        <RequireRight right="acknowledge" inPast>
          <NoteDialog place={place} draft={draft} onDone={() => setDraft(null)} />
        </RequireRight>
      )}
    </NotesContext>
  )
}
