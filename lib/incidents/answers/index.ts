export { getActivity } from './activity.ts'
export { explainingTime, explanationOf } from './change-explanation.ts'
export { getChanges } from './changes.ts'
export { getEventKinds } from './event-kinds.ts'
export { getEventsSummary } from './events-summary.ts'
export { eventViews, getEvents } from './events.ts'
export { getHandover, handoverKinds } from './handover.ts'
export { incidentReading, prefixLosses, storeClosedImpacts } from './incident-impact.ts'
export { getIncidentsSummary } from './incidents-summary.ts'
export { impairmentOf, impairments, presentEvent, SESSION_DOWN, severityOfSites } from './impairments.ts'
export {
  acknowledge,
  announceIncidents,
  assign,
  getIncident,
  getIncidents,
  incidentRoots,
  incidentViews,
  incidentsWorstFirst,
  lateAssignees,
  snooze,
  type GivenEvent,
  type GivenIncident,
} from './incidents.ts'
export { deleteNote, getNotes, noteBy, rewriteNote, seenScope, writeNote } from './notes.ts'
export { watchNow } from './watch.ts'
export { pollsBehind, provenUntil, unseenDuring } from './event-sources.ts'
