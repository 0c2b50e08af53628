import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Notification } from '#lib/contract/index.ts'
import { sendJson } from '../data/index.ts'

/** Sends an incident to a channel with a note, which may be blank. */
export function useSend(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ channelId, note }: { channelId: string; note: string }) =>
      sendJson<{ data: Notification }>('POST', `/api/v1/incidents/${encodeURIComponent(id)}/send`, {
        channelId,
        ...(note.trim() !== '' && { note: note.trim() }),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['events'] }),
  })
}
