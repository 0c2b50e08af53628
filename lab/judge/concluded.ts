/** Reads the conclusions about a recorded estate from the API, and converts them to the form of detection. */
import type { DetectedEvent, DetectedIncident, EpochMs } from '#lib/contract/index.ts'
import type { Event, Incident } from '#lib/incidents/api/index.ts'
import { HOUR } from '#lib/contract/time/time.ts'
import type { Played } from './play.ts'
import type { Recorded } from './record.ts'

export const boundsOf = ([earliest, latest]: readonly [string | null, string]) => ({
  earliest: earliest === null ? Number.NEGATIVE_INFINITY : Date.parse(earliest),
  latest: Date.parse(latest),
})

export const eventOf = (event: Event): DetectedEvent => ({
  key: event.id,
  kind: event.kind,
  severity: event.severity,
  scope: event.scopeName,
  subject: event.subject,
  started: boundsOf(event.startedBetween),
  ended: event.endedBetween && boundsOf(event.endedBetween),
  duration: null,
  detectedAt: Date.parse(event.detectedAt),
  evidence: [],
  causes: event.causes.map((cause) => ({ ...cause, evidence: [] })),
  flags: event.flags,
  partOf: event.partOf,
  incident: event.incidentId,
})

export const incidentOf = (incident: Incident): DetectedIncident => ({
  key: incident.id,
  root: incident.root?.id ?? '',
  scope: incident.scopeName,
  severity: incident.severity,
  members: [],
  started: boundsOf(incident.startedBetween),
  ended: incident.endedBetween && boundsOf(incident.endedBetween),
  openedAt: Date.parse(incident.openedAt),
  closedAt: incident.closedAt === null ? null : Date.parse(incident.closedAt),
})

/** Time in milliseconds by which an event may begin earlier than a later event that is part of it. */
const LONGEST_MS = 4 * HOUR

/** Returns the estate with the events and incidents of the API that began at about `since` or later. */
export async function concludedIn(recorded: Recorded, since: EpochMs): Promise<Played> {
  const from = new Date(Math.max(recorded.start, since - LONGEST_MS)).toISOString()
  const events = await recorded.list<Event>(`/events?from=${from}`)
  const incidents = await recorded.list<Incident>(`/incidents?from=${from}`)
  return {
    ...recorded,
    end: recorded.until,
    since,
    events: events.map(eventOf),
    incidents: incidents.map(incidentOf),
  }
}
