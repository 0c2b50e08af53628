import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { IncidentDetail } from '#lib/contract/index.ts'
import { sendJson } from '../data/index.ts'

/** Assigns an incident to a name, or to nobody (null), and has every list of incidents read again. */
export function useAssign(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ assignee, note }: { assignee: string | null; note: string }) =>
      sendJson<{ data: IncidentDetail }>('POST', `/api/v1/incidents/${encodeURIComponent(id)}/assign`, {
        assignee,
        ...(note.trim() !== '' && { note: note.trim() }),
      }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['events'] }),
        client.invalidateQueries({ queryKey: ['overview'] }),
      ]),
  })
}
