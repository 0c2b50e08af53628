import { sendJson, useCommand } from '../data/index.ts'

/**
 * Returns a command for an incident, with a note that may be blank.
 * @param rereads first parts of the query keys to refetch after it
 */
function useIncidentCommand<Fields extends object>(id: string, command: string, rereads: readonly string[]) {
  return useCommand(
    ({ note, ...fields }: Fields & { note: string }) =>
      sendJson('POST', `/api/v1/incidents/${encodeURIComponent(id)}/${command}`, {
        ...fields,
        ...(note.trim() !== '' && { note: note.trim() }),
      }),
    rereads.map((key) => [key]),
  )
}

/** First parts of the query keys of all lists of incidents. */
const LISTS = ['events', 'overview']

/** Acknowledges an incident. */
export const useAcknowledge = (id: string) => useIncidentCommand(id, 'ack', LISTS)

/** Mutes reminders of an incident for some minutes; 0 ends the muting. */
export const useSnooze = (id: string) => useIncidentCommand<{ minutes: number }>(id, 'snooze', LISTS)

/** Assigns an incident to a name; null removes the assignment. */
export const useAssign = (id: string) => useIncidentCommand<{ assignee: string | null }>(id, 'assign', LISTS)

/** Sends an incident to a channel. Lists are not refetched, because they do not show it. */
export const useSend = (id: string) => useIncidentCommand<{ channelId: string }>(id, 'send', ['events'])
