import { sendJson, useCommand } from '../data/index.ts'

/** Sends a command for an incident. */
const sendIncidentCommand = (id: string, command: string, body: object) =>
  sendJson('POST', `/api/v1/incidents/${encodeURIComponent(id)}/${command}`, body)

/** Sends the command that acknowledges an incident, without a note. The caller refetches {@link INCIDENT_LIST_QUERY_KEYS}. */
export const sendIncidentAcknowledgement = (id: string) => sendIncidentCommand(id, 'ack', {})

/**
 * Returns a mutation that sends a command for an incident. An empty note is left out of the request.
 * @param rereads first parts of the keys of the queries that are refetched after the command
 */
function useIncidentCommand<Fields extends object>(id: string, command: string, rereads: readonly string[]) {
  return useCommand(
    ({ note, ...fields }: Fields & { note: string }) =>
      sendIncidentCommand(id, command, { ...fields, ...(note.trim() !== '' && { note: note.trim() }) }),
    rereads.map((key) => [key]),
  )
}

/** First parts of the query keys of all lists of incidents. */
export const INCIDENT_LIST_QUERY_KEYS = ['events', 'overview']

/** Returns the mutation that acknowledges an incident. */
export const useAcknowledgeIncident = (id: string) => useIncidentCommand(id, 'ack', INCIDENT_LIST_QUERY_KEYS)

/**
 * Returns the mutation that snoozes an incident, so that its reminders are muted for some minutes; 0 minutes ends the
 * snooze.
 */
export const useSnoozeIncident = (id: string) =>
  useIncidentCommand<{ minutes: number }>(id, 'snooze', INCIDENT_LIST_QUERY_KEYS)

/** Returns the mutation that assigns an incident to a name; null removes the assignment. */
export const useAssignIncident = (id: string) =>
  useIncidentCommand<{ assignee: string | null }>(id, 'assign', INCIDENT_LIST_QUERY_KEYS)

/**
 * Returns the mutation that sends an incident to a channel. The overview is not refetched, because it does not show
 * sent incidents.
 */
export const useSendIncident = (id: string) => useIncidentCommand<{ channelId: string }>(id, 'send', ['events'])
