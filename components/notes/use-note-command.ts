import { sendJson, useCommand } from '../data/index.ts'

/** Returns a command about notes that refetches them. */
export const useNoteCommand = () =>
  useCommand(
    ({ method, id, body }: { method: 'POST' | 'PUT' | 'DELETE'; id: string | null; body: object }) =>
      sendJson(method, `/api/v1/notes${id === null ? '' : `/${encodeURIComponent(id)}`}`, body),
    [['declarations', null, 'notes']],
  )
