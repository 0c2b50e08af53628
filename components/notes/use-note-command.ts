import { useMutation, useQueryClient } from '@tanstack/react-query'
import { sendJson } from '../data/index.ts'

/** Sends a command about notes, and reads them again. */
export function useNoteCommand() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ method, id, body }: { method: 'POST' | 'PUT' | 'DELETE'; id: string | null; body: object }) =>
      sendJson(method, `/api/v1/notes${id === null ? '' : `/${encodeURIComponent(id)}`}`, body),
    onSuccess: () => client.invalidateQueries({ queryKey: ['declarations', null, 'notes'] }),
  })
}
