import { sendJson, useCommand } from '../data/index.ts'

/** Returns the mutation that adds, changes or deletes a note and then refetches the notes. */
export const useNoteCommand = () =>
  useCommand(
    ({ method, id, body }: { method: 'POST' | 'PUT' | 'DELETE'; id: string | null; body: object }) =>
      sendJson(method, `/api/v1/notes${id === null ? '' : `/${encodeURIComponent(id)}`}`, body),
    [['declarations', null, 'notes']],
  )
