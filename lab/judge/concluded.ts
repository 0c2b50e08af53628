/** Reads the conclusions about a recorded estate from the API, and converts them to the form of detection. */
import type { DetectedEvent, DetectedIncident, EpochMs } from '#lib/contract/index.ts'
import type { DetectedNetworkEvent, Incident } from '#lib/incidents/api/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { SimulatedEstateRun } from './play.ts'
import type { RecordedEstate } from './record.ts'

export const parseTimeBoundsPair = ([earliest, latest]: readonly [string | null, string]) => ({
  earliest: earliest === null ? Number.NEGATIVE_INFINITY : Date.parse(earliest),
  latest: Date.parse(latest),
})

export const convertApiEventToDetected = (event: DetectedNetworkEvent): DetectedEvent => ({
  key: event.id,
  kind: event.kind,
  severity: event.severity,
  scope: event.scopeName,
  subject: event.subject,
  started: parseTimeBoundsPair(event.startedBetween),
  ended: event.endedBetween && parseTimeBoundsPair(event.endedBetween),
  duration: null,
  detectedAt: Date.parse(event.detectedAt),
  evidence: [],
  causes: event.causes.map((cause) => ({ ...cause, evidence: [] })),
  flags: event.flags,
  partOf: event.partOf,
  incident: event.incidentId,
})

export const convertApiIncidentToDetected = (incident: Incident): DetectedIncident => ({
  key: incident.id,
  root: incident.root?.id ?? '',
  scope: incident.scopeName,
  severity: incident.severity,
  members: [],
  started: parseTimeBoundsPair(incident.startedBetween),
  ended: incident.endedBetween && parseTimeBoundsPair(incident.endedBetween),
  openedAt: Date.parse(incident.openedAt),
  closedAt: incident.closedAt === null ? null : Date.parse(incident.closedAt),
})

/** Time in milliseconds by which an event may begin earlier than a later event that is part of it. */
const LONGEST_MS = 4 * MS_PER_HOUR

/** Returns the estate with the events and incidents of the API that began at about `since` or later. */
export async function readDetectedEventsSince(recorded: RecordedEstate, since: EpochMs): Promise<SimulatedEstateRun> {
  const from = new Date(Math.max(recorded.start, since - LONGEST_MS)).toISOString()
  const events = await recorded.list<DetectedNetworkEvent>(`/events?from=${from}`)
  const incidents = await recorded.list<Incident>(`/incidents?from=${from}`)
  return {
    ...recorded,
    end: recorded.until,
    since,
    events: events.map(convertApiEventToDetected),
    incidents: incidents.map(convertApiIncidentToDetected),
  }
}
