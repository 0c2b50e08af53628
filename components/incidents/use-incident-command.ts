import { sendJson, useCommand } from '../data/index.ts'

/**
 * A command about an incident, with a note, which may be blank.
 * @param rereads what shows it, and is read again after it: first parts of query keys
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

/** Every list of incidents. */
const LISTS = ['events', 'overview']

/** Acknowledges an incident. */
export const useAcknowledge = (id: string) => useIncidentCommand(id, 'ack', LISTS)

/** Mutes reminders of an incident for some minutes; 0 ends it. */
export const useSnooze = (id: string) => useIncidentCommand<{ minutes: number }>(id, 'snooze', LISTS)

/** Assigns an incident to a name, or to nobody (null). */
export const useAssign = (id: string) => useIncidentCommand<{ assignee: string | null }>(id, 'assign', LISTS)

/** Sends an incident to a channel, which no list shows. */
export const useSend = (id: string) => useIncidentCommand<{ channelId: string }>(id, 'send', ['events'])
