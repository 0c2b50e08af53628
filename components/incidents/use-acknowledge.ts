'use client'

import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { IncidentDetail } from '#lib/contract/index.ts'
import { sendJson } from '../data/index.ts'

/** Acknowledges an incident with a note, which may be blank, and has every list of incidents read again. */
export function useAcknowledge(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (note: string) =>
      sendJson<{ data: IncidentDetail }>(
        'POST',
        `/api/v1/incidents/${encodeURIComponent(id)}/ack`,
        note.trim() === '' ? {} : { note: note.trim() },
      ),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['events'] }),
        client.invalidateQueries({ queryKey: ['overview'] }),
      ]),
  })
}
