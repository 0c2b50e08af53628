import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CalendarBody, CalendarView } from '#lib/contract/index.ts'
import { apiUrl, sendJson } from '../data/index.ts'

interface Change {
  method: 'POST' | 'PUT' | 'DELETE'
  /** null = a new one */
  id: string | null
  /** whether it is read again, and nothing else */
  read?: boolean
  body?: CalendarBody
}

/** Changes a calendar or reads it again, and with it what shows its windows. */
export function useCalendarChange() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async ({ method, id, read = false, body }: Change) => {
      const path = [
        'maintenance/calendars',
        ...(id === null ? [] : [encodeURIComponent(id)]),
        ...(read ? ['read'] : []),
      ]
      return (await sendJson<{ data: CalendarView }>(method, apiUrl(path.join('/')), body ?? {})).data
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['declarations'] }),
  })
}
