export { getActivity } from './activity.ts'
export { computeExplanationBounds, findActivityEntryExplainingChange } from './change-explanation.ts'
export { getChanges } from './changes.ts'
export { getEventKinds } from './event-kinds.ts'
export { getEventsSummary } from './events-summary.ts'
export { buildApiEvents, getEvents } from './events.ts'
export { getHandover, pollKindsOfHandover } from './handover.ts'
export { readPrefixLosses, storeClosedImpacts } from './incident-impact.ts'
export { incidentMessageReaders } from './message-reading.ts'
export { getIncidentsSummary } from './incidents-summary.ts'
export {
  describeIncidentImpairment,
  readCachedImpairments,
  findOngoingEvent,
  SESSION_DOWN_IMPAIRMENT,
  findSeverityOfSites,
} from './impairments.ts'
export {
  acknowledgeVisibleIncident,
  publishIncidentChange,
  assignVisibleIncident,
  getIncident,
  getIncidents,
  readIncidentRoots,
  buildApiIncidents,
  sortIncidentsWorstFirst,
  readRecentAssignees,
  snoozeVisibleIncident,
  type EventResponse,
  type IncidentResponse,
} from './incidents.ts'
export { deleteNote, getNotes, readNote, changeNote, assertResourceVisible, writeNote } from './notes.ts'
export { pollResourceFaster } from './watch-resource.ts'
